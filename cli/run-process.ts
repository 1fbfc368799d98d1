// Runs a command line with the streams and the environment of this process.

import type { ExitCode } from "./exit-codes.js";
import type { Stopping } from "./signals.js";

export async function runProcess(words: readonly string[], stopping: Stopping): Promise<ExitCode> {
  // first: with a low limit of open files, loading everything at once would fail before we could print why
  await import("./output/output.js");
  const { run } = await import("./run.js");
  return await run({
    words,
    // a getter, so that stdin is opened only when something reads it
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
