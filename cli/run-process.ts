// One run with the streams and the environment of this process.

import type { ExitCode } from "./exit-codes.js";
import { run } from "./run.js";
import type { Stopping } from "./signals.js";

export function runProcess(words: readonly string[], stopping: Stopping): Promise<ExitCode> {
  return run({
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
