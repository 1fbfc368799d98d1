// One run with the streams and the environment of this process.

import type { ExitCode } from "./exit-codes.js";
import type { Stopping } from "./signals.js";

export async function runProcess(words: readonly string[], stopping: Stopping): Promise<ExitCode> {
  // before the rest: with few files that may be open, all of it at once would be too many to say so
  await import("./output/output.js");
  const { run } = await import("./run.js");
  return await run({
    words,
    // opened only when something is read from it
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    onFault: (listener) => process.on("uncaughtException", listener),
    ...stopping,
  });
}
