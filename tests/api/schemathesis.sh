#!/usr/bin/env bash
# Fuzzes the built server with schemathesis (PyPI), from its own OpenAPI document. Needs Python 3.10 or later, and a
# package index to install from the first time. `npm run test:fuzz -- --max-examples 500` hands options on.
set -euo pipefail
cd "$(dirname "$0")/../.."

venv=${FLOWG_FUZZ_VENV:-${XDG_CACHE_HOME:-$HOME/.cache}/flowg-schemathesis}
[ -x "$venv/bin/schemathesis" ] || {
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet 'schemathesis~=4.32'
}

. tests/api/server.sh

# Left out: what never ends, and what would end the fuzzer's own rights (tests/api/fuzz.test.ts chooses names for these).
# It keeps notes where it runs: there, they go with the rest.
config=$PWD/tests/api/schemathesis.toml
cd "$work"
"$venv/bin/schemathesis" --config-file "$config" run "$url/api/docs/openapi.json" --url "$url" \
  --header "Authorization: Bearer pat:$token" \
  --exclude-operation-id watch_logs \
  --exclude-operation-id save_user --exclude-operation-id delete_user \
  --exclude-operation-id save_role --exclude-operation-id delete_role \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance \
  --phases examples,coverage,fuzzing --max-examples 50 --seed 20261123 --workers 1 --no-color "$@"
