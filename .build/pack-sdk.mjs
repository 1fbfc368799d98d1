// Packs the SDK alone: `npm run pack:sdk [-- DIRECTORY]` writes flowg-sdk-VERSION.tgz. It is the same code as
// `flowg/sdk`, with the few packages that it needs, and without the server, its native modules and the command line.

import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const whole = JSON.parse(readFileSync("package.json", "utf8"));
/** What its files import; tests/layers.test.ts holds ARCHITECTURE.md's row of the SDK to that. */
const row = /^\| sdk \|.*$/m.exec(readFileSync("ARCHITECTURE.md", "utf8"))?.[0] ?? "";
const wanted = row
  .split("|")
  .at(-2)
  .match(/[^`\s]+/g);
const dependencies = Object.fromEntries(wanted.map((name) => [name, whole.dependencies[name]]));
const inside = (path) => path.replace("./dist/sdk/", "./");
const browser = Object.fromEntries(
  Object.entries(whole.browser).map(([from, to]) => [inside(from), inside(to)]),
);
const { version, license, engines } = whole;
const manifest = {
  name: "flowg-sdk",
  version,
  description:
    "A client of the FlowG log server's API: backup and restore, logs, accounts, pipelines",
  license,
  type: "module",
  engines,
  exports: {
    ".": { types: "./index.d.ts", default: "./index.js" },
    "./package.json": "./package.json",
  },
  browser,
  dependencies,
};
/** The page beside the SDK, up to where it speaks of the checkout. */
const [page] = readFileSync("sdk/README.md", "utf8").split("<!-- what follows");
const README = `${page.trimEnd()}\n`
  .replace("# The SDK", "# flowg-sdk")
  .replaceAll("<!-- run by tests/package/check.sh -->\n", "")
  .replaceAll('"flowg/sdk"', '"flowg-sdk"');

const there = mkdtempSync(join(tmpdir(), "flowg-sdk-"));
try {
  cpSync("dist/sdk", there, { recursive: true });
  cpSync("LICENSE", join(there, "LICENSE"));
  writeFileSync(join(there, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(join(there, "README.md"), README);
  const to = resolve(process.argv[2] ?? ".");
  execFileSync("npm", ["pack", "--silent", "--pack-destination", to], {
    cwd: there,
    stdio: "inherit",
  });
} finally {
  rmSync(there, { recursive: true, force: true });
}
