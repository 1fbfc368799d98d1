# Sourced by the scripts beside it: starts the built server on databases of its own, in $work. Then there are $url, $token
# (of root, who may do everything), `post` and `field`; it ends with the script.

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
