// `npm run build`: dist/, from nothing.

import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const folderOf = (name) => dirname(require.resolve(`${name}/package.json`));

rmSync("dist", { recursive: true, force: true });
const compiler = join(folderOf("typescript"), "bin/tsc");
execFileSync(process.execPath, [compiler, "-p", "tsconfig.json"], { stdio: "inherit" });
chmodSync("dist/cli/main.js", 0o755);
// the page of the API's documentation works without a network
for (const name of ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png", "LICENSE"])
  cpSync(join(folderOf("swagger-ui-dist"), name), join("dist/server/http/docs", name));
