// What is said where the process that did the work was ended by a fault.

import { CliError, failureOf } from "./failure.js";
import { Output } from "./output/output.js";
import type { Said } from "./supervise.js";

const FAULTS: ReadonlySet<NodeJS.Signals> = new Set([
  ...(["SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE", "SIGTRAP"] as const),
]);

/** Nobody sends these to stop something. */
export const isFault = (signal: NodeJS.Signals): boolean => FAULTS.has(signal);

/** Long enough for a reader that still reads. */
const LAST_WORDS_MS = 500;

/** @returns the exit code */
export async function tellOfDeath(
  signal: NodeJS.Signals,
  words: readonly string[],
  said: Said,
): Promise<number> {
  const { stdout, stderr, env } = process;
  const output = new Output({ stdout, stderr, env });
  const end = words.indexOf("--");
  output.configure({ json: words.slice(0, end < 0 ? words.length : end).includes("--json") });
  // a bar of progress may stand there
  if (stderr.isTTY) output.endQuestion();
  const failure = failureOf(deathError(signal, words, said));
  output.failure(failure);
  await Promise.race([output.flush(), new Promise((done) => setTimeout(done, LAST_WORDS_MS))]);
  return failure.exitCode;
}

function deathError(
  signal: NodeJS.Signals,
  words: readonly string[],
  { opening, restored }: Said,
): CliError {
  const what = opening
    ? `cannot open the ${opening.kind} database in ${opening.dir}: LMDB ended the process (${signal})`
    : `LMDB ended the process that worked on the databases (${signal})`;
  const done = restored.length > 0 ? `restored: ${restored.join(", ")}` : "nothing was restored";
  return new CliError(
    "DATABASE_UNAVAILABLE",
    words[1] === "restore" ? `${what}; ${done}` : what,
    `the disk or the file system failed while a database was opened or read, or there was no memory: ${again(words)}; ` +
      "if it happens again, look for errors of the disk (dmesg) and at the limits of memory",
  );
}

const again = ([, command]: readonly string[]): string =>
  command === "restore"
    ? "each database is whole; run it again to complete it"
    : command === "backup"
      ? "an older backup is as it was; try again"
      : "try again";
