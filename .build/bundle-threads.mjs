// Makes one file of each module that a thread begins with. `npm run build` does it in dist/. `node .build/bundle-threads.mjs FOLDER`
// does it in another build: the benchmark's, which is to measure what users run.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

/** The names of all packages that the product needs. */
export const dependencies = Object.keys(
  JSON.parse(readFileSync("package.json", "utf8")).dependencies,
);
/** Bundles. What several of them hold exists once. Packages stay outside, except zod, of which little is used. */
export const BUNDLED = {
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node20",
  // a fourth less to read and to compile at each start; names stay, so stack traces can be read
  minifyWhitespace: true,
  minifySyntax: true,
  external: dependencies.filter((name) => name !== "zod"),
};

/**
 * Each module that a thread begins with becomes one file, its packages aside, and a few more for what it seldom loads. A restore
 * starts two to four threads, a backup two, and each would find, open and compile two hundred files anew: of a small restore that
 * is a fourth.
 * @param {string} folder
 */
export async function bundleThreads(folder) {
  const entryPoints = readdirSync(folder, { recursive: true })
    .filter((path) => /-thread\.js$/.test(path))
    .map((path) => join(folder, path))
    // a module that only starts threads would get copies of classes and states that it shares with the server
    .filter((path) => readFileSync(path, "utf8").includes("parentPort"));
  // each by itself: with several at once, what some of them share would lie in some twenty files
  for (const entryPoint of entryPoints)
    await build({
      entryPoints: [entryPoint],
      outdir: folder,
      outbase: folder,
      allowOverwrite: true,
      chunkNames: "threads/[hash]",
      ...BUNDLED,
    });
}

const [, program = "", folder] = process.argv;
if (folder && import.meta.url === pathToFileURL(program).href) await bundleThreads(folder);
