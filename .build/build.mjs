// `npm run build` makes dist/ anew.

import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { build } from "esbuild";

const require = createRequire(import.meta.url);
const folderOf = (name) => dirname(require.resolve(`${name}/package.json`));

const { dependencies } = JSON.parse(readFileSync("package.json", "utf8"));
/** Bundles. What several of them hold exists once. Packages stay outside, except zod, of which little is used. */
const BUNDLED = {
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node20",
  // a fourth less to read and to compile at each start; names stay, so stack traces can be read
  minifyWhitespace: true,
  minifySyntax: true,
  external: Object.keys(dependencies).filter((name) => name !== "zod"),
};
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
await bundleThreads();
await bundleCommand();
await bundleServer();
// the page of the API's documentation works without a network
writeFileSync("dist/THIRD-PARTY-NOTICES.txt", notices());
for (const name of ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png", "LICENSE"])
  cpSync(join(folderOf("swagger-ui-dist"), name), join("dist/server/http/docs", name));

/**
 * Each module that a thread begins with becomes one file, its packages aside, and a few more for what it seldom loads. A restore
 * starts two to four threads, a backup two, and each would find, open and compile two hundred files anew: of a small restore that
 * is a fourth.
 */
async function bundleThreads() {
  const entryPoints = readdirSync("dist/server", { recursive: true })
    .filter((path) => /-thread\.js$/.test(path))
    .map((path) => join("dist/server", path))
    // a module that only starts threads would get copies of classes and states that it shares with the server
    .filter((path) => readFileSync(path, "utf8").includes("parentPort"));
  // each by itself: with several at once, what some of them share would lie in some twenty files
  for (const entryPoint of entryPoints)
    await build({
      entryPoints: [entryPoint],
      outdir: "dist/server",
      outbase: "dist/server",
      allowOverwrite: true,
      chunkNames: "threads/[hash]",
      ...BUNDLED,
    });
}

/**
 * The same with what a command starts with: a backup would find, open and compile four hundred and sixty files, which takes longer than
 * a backup of what hasn't changed.
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
    external: Object.keys(dependencies),
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
