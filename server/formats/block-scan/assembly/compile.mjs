// Compiles AssemblyScript to WebAssembly: each folder `assembly` into the module.ts beside it, as text, so that it is there
// wherever the code is. With --check it fails if one would change.

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const server = new URL("../../../", import.meta.url);
const isCheck = process.argv.includes("--check");
// one after the other: the compiler is no good at two at once
for (const name of ["formats/block-scan", "platform/checksum"]) await compile(name);

/** @param {string} name */
async function compile(name) {
  const target = new URL(`${name}/module.ts`, server);
  const text = moduleText(await wasmOf(name));
  if (!isCheck) {
    await writeFile(target, text);
  } else if ((await readFile(target, "utf8").catch(() => "")) !== text) {
    process.stderr.write(
      `server/${name}/module.ts is not made of assembly/: run \`npm run generate\`\n`,
    );
    process.exitCode = 1;
  }
}

/** LMDB's limit, which a module can't import. */
async function keyMaxBytes() {
  const keys = await readFile(new URL("records/keys.ts", server), "utf8");
  const [, bytes] = /^export const KEY_MAX_BYTES = (\d+);$/m.exec(keys) ?? [];
  if (bytes === undefined) throw new Error("there is no KEY_MAX_BYTES in records/keys.ts");
  return bytes;
}

/** @param {string} name */
async function wasmOf(name) {
  /** @type {Uint8Array | undefined} */
  let wasm;
  const { error, stderr } = await asc.main(
    // vectors (SIMD) are in every Node that this program runs on; nothing is allocated, so no runtime is needed
    [`${name}/assembly/index.ts`, "--outFile", "module.wasm", "-O3", "--noAssert"].concat([
      "--runtime",
      "stub",
      "--enable",
      "simd",
      "--pedantic",
      "--use",
      `KEY_MAX_BYTES=${await keyMaxBytes()}`,
      "--baseDir",
      fileURLToPath(server),
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
  return wasm;
}

/** @param {Uint8Array} wasm */
function moduleText(wasm) {
  const lines = Buffer.from(wasm)
    .toString("base64")
    .match(/.{1,88}/g);
  return `// Generated from assembly/ by \`npm run generate\`: do not edit.

export const MODULE = Buffer.from(
  \`
${lines?.join("\n")}
\`,
  "base64",
);
`;
}
