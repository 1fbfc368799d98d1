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

[ -f dist/cli/main.js ] || npm run build
work=$(mktemp -d)
FLOWG_INITIAL_PASSWORD=fuzz node dist/cli/main.js serve \
  --auth-dir "$work/auth" --config-dir "$work/config" --log-dir "$work/logs" \
  --http-bind 127.0.0.1:0 --mgmt-bind 127.0.0.1:0 >"$work/log" &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; rm -rf "$work"' EXIT
until grep -q '"msg":"listening"' "$work/log"; do
  kill -0 "$server"
  sleep 0.1
done
url=$(grep '"msg":"listening"' "$work/log" | sed -E 's/.*"http":\["([^"]+)".*/\1/')
post() { curl --silent --fail --request POST "$url/api/v1/$1" --header 'Content-Type: application/json' "${@:2}"; }
field() { sed -E "s/.*\"$1\":\"([^\"]+)\".*/\1/"; }
session=$(post auth/login --data '{"username":"root","password":"fuzz"}' | field token)
token=$(post token --header "Authorization: Bearer jwt:$session" | field token)

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
