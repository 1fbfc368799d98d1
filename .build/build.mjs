// `npm run build` makes dist/ anew.

import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { build } from "esbuild";
import { BUNDLED, bundleThreads, dependencies } from "./bundle-threads.mjs";

const require = createRequire(import.meta.url);
const folderOf = (name) => dirname(require.resolve(`${name}/package.json`));

/** Bundles in place of the modules that they begin with. */
const BESIDE = {
  outdir: "dist",
  outbase: "dist",
  allowOverwrite: true,
  // one folder below dist/, as those modules: their URLs hold in both
  chunkNames: "chunks/[hash]",
  plugins: [{ name: "places", setup: keepPlaces }],
};

rmSync("dist", { recursive: true, force: true });
const compiler = join(folderOf("typescript"), "bin/tsc");
const tsc = (...words) =>
  execFileSync(process.execPath, [compiler, "--noCheck", ...words], { stdio: "inherit" });
// `npm run types` checks them, and only the SDK's declarations are for users: those of the API's router take most of a minute
tsc("-p", "tsconfig.json", "--declaration", "false");
tsc("-p", "sdk", "--emitDeclarationOnly");
chmodSync("dist/cli/main.js", 0o755);
await bundleThreads("dist/server");
await bundleCommand();
await bundleServer();
// the page of the API's documentation works without a network
writeFileSync("dist/THIRD-PARTY-NOTICES.txt", notices());
for (const name of ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png", "LICENSE"])
  cpSync(join(folderOf("swagger-ui-dist"), name), join("dist/server/http/docs", name));

/**
 * As with threads, so with what a command starts with: a backup would find, open and compile four hundred and sixty files, which
 * takes longer than a backup of what hasn't changed.
 */
async function bundleCommand() {
  await build({
    entryPoints: ["cli/main", "cli/supervised", "cli/examiner", "server/core"].map(
      (name) => `dist/${name}.js`,
    ),
    ...BESIDE,
    ...BUNDLED,
  });
}

/** The same with the server: it would find, open and compile four hundred of its own. Its packages and it must meet one zod. */
async function bundleServer() {
  await build({
    entryPoints: ["dist/server/serve.js"],
    ...BESIDE,
    ...BUNDLED,
    external: dependencies,
  });
}

/** Modules go on finding what lies beside them by where they were: threads, package.json, the doors to the server. */
function keepPlaces({ onLoad, onResolve }) {
  const dist = resolve("dist");
  const fromChunk = (path) => `../${relative(dist, path)}`;
  onLoad({ filter: /\.js$/ }, ({ path }) => {
    if (!path.startsWith(join(dist, "/"))) return undefined;
    const text = readFileSync(path, "utf8");
    const other = /import\.meta\.(?!url\b)\w+/.exec(text)?.[0];
    if (other)
      return {
        errors: [{ text: `${path}: ${other} is another in a bundle; use import.meta.url` }],
      };
    const url = `new URL(${JSON.stringify(fromChunk(path))}, import.meta.url).href`;
    return { contents: text.replaceAll("import.meta.url", url) };
  });
  onResolve({ filter: /\/server\/(core|serve)\.js$/ }, ({ path, kind, resolveDir }) =>
    kind === "entry-point"
      ? undefined
      : { path: fromChunk(resolve(resolveDir, path)), external: true },
  );
}

/** Notices of the packages that dist/ contains, as their licences demand. */
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
    { name: "zod", where: "server/threads and chunks", files: ["LICENSE"] },
  ];
  const parts = bundled.map(({ name, where, files }) => {
    const { version } = JSON.parse(readFileSync(join(folderOf(name), "package.json"), "utf8"));
    const texts = files.map((file) => readFileSync(join(folderOf(name), file), "utf8").trim());
    return [`${name} ${version}: ${where}`, ...texts].join("\n\n");
  });
  return `Parts of this package that others wrote, and their licences\n\n${parts.join(`\n\n${"=".repeat(80)}\n\n`)}\n`;
}
