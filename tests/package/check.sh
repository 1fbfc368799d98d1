#!/bin/sh
# The package as its users get it: packed, looked at by publint and attw, installed into an empty project, and run.
# Give the `node` to run it with as the first argument, if it is another one.
set -eu
node=${1:-node}
project=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cd "$project"
npm pack --silent --pack-destination "$dir" > /dev/null
package=$(ls "$dir"/flowg-*.tgz)
npx publint --strict "$package"
# ESM only, and no types for node10's resolution: both on purpose
npx attw --profile esm-only "$package"

cd "$dir"
cp "$project/tests/package/script.mjs" "$project/tests/package/script.ts" .
# the README's script
sed -n '/^```js$/,/^```$/p' "$project/README.md" | sed '/^```/d' > nightly.mjs
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund "$package"
timeout 60 "$node" script.mjs
"$node" node_modules/flowg/dist/cli/main.js version
# the types alone, in a project that has nothing but TypeScript and Node's types
npm install --silent --no-audit --no-fund --ignore-scripts typescript@~5.9 @types/node@^20
npx tsc --noEmit --strict --module nodenext --target es2023 --types node script.ts
npx tsc --noEmit --strict --module esnext --moduleResolution bundler --target es2023 --lib es2023,dom --typeRoots none script.ts
echo "the package holds"
