#!/bin/bash
# The package as its users get it: packed, looked at by publint and attw, installed into an empty project, and run there
# with each `node` that is given, or with the one at hand. It packs what is in dist/: build before.
set -euo pipefail
[ "$#" -gt 0 ] || set -- "$(command -v node)"
project=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cd "$project"
package=$dir/$(npm pack --ignore-scripts --silent --pack-destination "$dir")
npx --no-install publint --strict "$package"
# ESM only, and no types for node10's resolution: both on purpose
npx --no-install attw --profile esm-only "$package"

cp "$project/tests/package/script.mjs" "$project/tests/package/script.ts" "$dir"
# the script of the SDK's page
sed -n '/^```js$/,/^```$/p' "$project/sdk/README.md" | sed '/^```/d' > "$dir/nightly.mjs"
# what others wrote goes with its licence
notices=$(tar -xzOf "$package" package/dist/THIRD-PARTY-NOTICES.txt)
for part in 'swagger-ui-dist [0-9]' 'SmartBear Software' 'assemblyscript [0-9]' 'Daniel Wirtz' 'Apache License'; do
  grep -q "$part" <<< "$notices"
done
# what README tells, and where it sends its readers, is there
linked=$(grep -o '](\?[^)#: ]*[)#]' "$project/README.md" | tr -d '[]()#' | sort -u)
for path in README.md $linked; do
  tar -tzf "$package" "package/$path" > /dev/null
done
cd "$dir"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund "$package"

# With this node first in the path, where `flowg` itself looks for one; in a directory of its own.
run_with() {
  local directory
  directory=$(mktemp -d "$dir/run-XXXXXX")
  cd "$directory"
  PATH=$(dirname "$1"):$PATH
  timeout 60 node "$dir/script.mjs"
  npx --no-install flowg version
  npx --no-install flowg admin user create --name alice --password-stdin <<< "correct horse"
  npx --no-install flowg admin user list | tee users
  grep -q '^alice' users
}
for node in "$@"; do
  (run_with "$node")
done

# the types alone, in a project that has nothing but TypeScript and Node's types
npm install --silent --no-audit --no-fund --ignore-scripts typescript@~5.9 @types/node@^20
npx --no-install tsc --noEmit --strict --module nodenext --target es2023 --types node script.ts
npx --no-install tsc --noEmit --strict --module esnext --moduleResolution bundler --target es2023 --lib es2023,dom --typeRoots none script.ts
# the SDK alone
npm run --silent --prefix "$project" pack:sdk -- "$dir"
mkdir "$dir/sdk-alone"
cd "$dir/sdk-alone"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund "$dir"/flowg-sdk-*.tgz
for node in "$@"; do
  "$node" -e '
    import("flowg-sdk").then(({ createClient, ConnectionError }) =>
      createClient({ baseUrl: "http://127.0.0.1:1", token: "x", retries: 0 })
        .backup.auth()
        .catch((error) => process.exit(error instanceof ConnectionError ? 0 : 1)));'
done
echo "the SDK alone takes $(find node_modules -name package.json -path "*node_modules*" -maxdepth 4 | wc -l) packages, $(du -sh node_modules | cut -f1)"
[ ! -e node_modules/lmdb ] && [ ! -e node_modules/express ]

# a checkout where the development dependencies are left out, as images are built
mkdir "$dir/checkout"
git -C "$project" ls-files -z | tar -C "$project" --null -T - -cf - | tar -C "$dir/checkout" -xf -
cd "$dir/checkout"
NODE_ENV=production npm ci --silent --prefer-offline --no-audit --no-fund
[ ! -e node_modules/vitest ]
npx --no-install flowg version
echo "the package holds"
