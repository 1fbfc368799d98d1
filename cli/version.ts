// Reads the version from package.json. Scripts ask for it often, so `flowg version` and `flowg --version` print it
// without loading the command line.

import { readFile } from "node:fs/promises";

export async function packageVersion(): Promise<string> {
  // two levels up from dist/cli/
  const text = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

const ASKS: ReadonlySet<string | undefined> = new Set(["version", "--version"]);

/** Prints the version where nothing else is asked for. @returns whether it was printed; else the command line does it */
export async function printVersion(words: readonly string[]): Promise<boolean> {
  if (words.length !== 1 || !ASKS.has(words[0])) return false;
  const version = await packageVersion();
  return await new Promise((resolve) => {
    process.stdout.once("error", () => resolve(false));
    process.stdout.write(`${version}\n`, (error) => resolve(!error));
  });
}
