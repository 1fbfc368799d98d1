// `npm run build`: dist/, from nothing.

import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const folderOf = (name) => dirname(require.resolve(`${name}/package.json`));

rmSync("dist", { recursive: true, force: true });
const compiler = join(folderOf("typescript"), "bin/tsc");
execFileSync(process.execPath, [compiler, "-p", "tsconfig.json"], { stdio: "inherit" });
chmodSync("dist/cli/main.js", 0o755);
// the page of the API's documentation works without a network
writeFileSync("dist/THIRD-PARTY-NOTICES.txt", notices());
for (const name of ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png", "LICENSE"])
  cpSync(join(folderOf("swagger-ui-dist"), name), join("dist/server/http/docs", name));

/** Of what dist/ holds and others wrote: their licences want to go along. */
function notices() {
  const bundled = [
    {
      name: "swagger-ui-dist",
      where: "server/http/docs",
      files: ["NOTICE", "swagger-ui-bundle.js.LICENSE.txt", "LICENSE"],
    },
    {
      name: "assemblyscript",
      where:
        "its runtime in the WebAssembly of server/formats/block-scan and server/platform/checksum",
      files: ["NOTICE", "LICENSE"],
    },
  ];
  const parts = bundled.map(({ name, where, files }) => {
    const { version } = JSON.parse(readFileSync(join(folderOf(name), "package.json"), "utf8"));
    const texts = files.map((file) => readFileSync(join(folderOf(name), file), "utf8").trim());
    return [`${name} ${version}: ${where}`, ...texts].join("\n\n");
  });
  return `Parts of this package that others wrote, and their licences\n\n${parts.join(`\n\n${"=".repeat(80)}\n\n`)}\n`;
}
