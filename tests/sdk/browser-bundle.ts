// A program for browsers that uses the SDK, as a bundler makes it.

import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export interface Bundle {
  text: string;
  /** What went into it, by path. */
  inputs: string[];
}

/** @param program a module that imports from `flowg/sdk` */
export async function bundleForBrowser(program: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    // where `flowg/sdk` is this very package
    stdin: { contents: program, resolveDir: fileURLToPath(new URL("../../", import.meta.url)) },
    bundle: true,
    platform: "browser",
    format: "esm",
    write: false,
    metafile: true,
    // nothing may be missing, nor left for later
    logOverride: { "import-is-undefined": "error" },
    logLevel: "silent",
  });
  return { text: outputFiles[0]?.text ?? "", inputs: Object.keys(metafile.inputs) };
}
