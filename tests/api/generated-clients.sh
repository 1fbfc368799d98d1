#!/usr/bin/env bash
# What others' generators make of the OpenAPI document: a Python client (openapi-python-client), with which a backup and
# a restore are done on a real server, and a Go client (oapi-codegen), which must compile. Where Python or Go is missing,
# its part is left out. `generated-clients.sh typescript` does openapi-generator's TypeScript too: that is a jar of 30 MB
# and takes Java, so CI leaves it out.
set -euo pipefail
cd "$(dirname "$0")/../.."
project=$PWD
document=$project/openapi/openapi.json

. tests/api/server.sh

in_python() {
  if ! python3 -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "the Python client was left out: it takes Python 3.11 or later, with venv"
    return
  fi
  python3 -m venv "$work/venv"
  local pip=("$work/venv/bin/pip" --disable-pip-version-check --quiet)
  "${pip[@]}" install openapi-python-client==0.29.1
  # it calls ruff, which is installed with it, by its name; what it can't take is a warning only
  PATH=$work/venv/bin:$PATH openapi-python-client generate --meta none \
    --path "$document" --output-path "$work/python/flowg_api" 2>&1 | tee "$work/python.log"
  # it knows no bodies of these types: of two operations it makes the other body, and it leaves the third out
  diff - <(grep -E '^(WARNING|Unsupported|ERROR)' "$work/python.log") <<'END'
WARNING parsing POST /api/v1/pipelines/{pipeline}/logs within logs.
Unsupported content type application/x-ndjson
WARNING parsing POST /api/v1/pipelines/{pipeline}/logs/otlp within logs.
Unsupported content type application/x-protobuf
WARNING parsing POST /api/v1/pipelines/{pipeline}/logs/text within logs. Endpoint will not be generated.
Unsupported content type text/plain
END
  (cd "$work/python" && FLOWG_URL=$url FLOWG_TOKEN=$token "$work/venv/bin/python" - < "$project/tests/api/generated-client.py")
}

in_go() {
  if ! command -v go >/dev/null; then
    echo "the Go client was left out: there is no go"
    return
  fi
  # whoever removes $work must be able to
  export GOPATH=$work/go GOFLAGS=-modcacherw
  mkdir "$work/client"
  cd "$work/client"
  go mod init example.org/client
  go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 \
    -generate types,client -package client -o client.go "$document"
  go get github.com/oapi-codegen/runtime@v1.9.0
  go mod tidy
  go vet ./...
  cd "$project"
  echo "the Go client compiles"
}

in_typescript() {
  npm install --silent --no-audit --no-fund --prefix "$work/npm" typescript@~5.9
  python3 -m venv "$work/generator"
  "$work/generator/bin/pip" --quiet install --no-deps openapi-generator-cli==7.26.0
  java -jar "$work"/generator/lib/python3*/site-packages/openapi_generator_cli/openapi-generator.jar \
    generate --generator-name typescript-fetch --input-spec "$document" --output "$work/typescript" >"$work/generator.log"
  "$work/npm/node_modules/.bin/tsc" --noEmit --strict --module esnext --moduleResolution bundler --target es2022 \
    --lib es2022,dom --typeRoots none "$work/typescript/index.ts"
  echo "openapi-generator's TypeScript client compiles"
}

in_python
in_go
[ "${1:-}" != typescript ] || in_typescript
