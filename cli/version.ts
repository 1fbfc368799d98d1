// The package's version, as package.json has it, and the short way to it: scripts ask for it often, so
// nothing of the command line is loaded for that.

import { readFile } from "node:fs/promises";

export async function packageVersion(): Promise<string> {
  // two levels up from dist/cli/
  const text = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** Whether the words were a plain `flowg version` and it was printed. Whatever is unusual takes the long way. */
export async function printVersion(words: readonly string[]): Promise<boolean> {
  if (words.length !== 1 || words[0] !== "version") return false;
  const version = await packageVersion();
  return await new Promise((resolve) => {
    process.stdout.once("error", () => resolve(false));
    process.stdout.write(`${version}\n`, (error) => resolve(!error));
  });
}
