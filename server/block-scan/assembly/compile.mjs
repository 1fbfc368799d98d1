// Compiles this folder to WebAssembly, into ../module.ts, as text: so it is there wherever the code is. With --check it
// fails if that would change.

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = new URL("../module.ts", import.meta.url);

/** @type {Uint8Array | undefined} */
let wasm;
const { error, stderr } = await asc.main(
  // vectors (SIMD) are in every Node that this program runs on; nothing is allocated, so no runtime is needed
  ["index.ts", "--outFile", "module.wasm", "-O3", "--noAssert", "--runtime", "stub"].concat([
    ...["--enable", "simd", "--pedantic", "--baseDir", here],
  ]),
  {
    readFile: (name, base) => readFile(`${base}/${name}`, "utf8").catch(() => null),
    writeFile: (_name, contents) => {
      wasm = contents;
    },
    listFiles: () => [],
  },
);
if (error || !wasm) {
  process.stderr.write(`${stderr}${error?.message ?? ""}\n`);
  process.exit(1);
}

const lines = Buffer.from(wasm)
  .toString("base64")
  .match(/.{1,88}/g);
const text = `// Generated from assembly/ by \`npm run generate\`: do not edit.

export const MODULE = Buffer.from(
  \`
${lines?.join("\n")}
\`,
  "base64",
);
`;
if (!process.argv.includes("--check")) {
  await writeFile(target, text);
} else if ((await readFile(target, "utf8").catch(() => "")) !== text) {
  process.stderr.write(
    "server/block-scan/module.ts is not made of assembly/: run `npm run generate`\n",
  );
  process.exitCode = 1;
}
