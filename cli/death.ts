// Explains why the process that did the work ended, if a fault or force ended it.

import { examine } from "./examine.js";
import { CliError, failureOf } from "./failure.js";
import { Output } from "./output/output.js";
import type { Said } from "./supervise.js";
import type { Serving } from "./supervision.js";

const FAULTS: ReadonlySet<NodeJS.Signals> = new Set([
  "SIGSEGV",
  "SIGABRT",
  "SIGBUS",
  "SIGILL",
  "SIGFPE",
  "SIGTRAP",
]);

/** Whether a signal means a fault. Nobody sends these to stop a program. */
export const isFault = (signal: NodeJS.Signals): boolean => FAULTS.has(signal);

/** How long the last words may take, milliseconds. */
const LAST_WORDS_MS = 500;
const DISK_HINT =
  "look for errors of the disk (dmesg) and at the limits of memory and of processes";

/** @returns the exit code */
export async function tellOfDeath(
  signal: NodeJS.Signals,
  words: readonly string[],
  said: Said,
): Promise<number> {
  const { serving } = said;
  const error =
    serving && !said.opening ? await serverDeath(signal, serving) : deathError(signal, words, said);
  return await tell(error, words);
}

/** @returns the exit code */
export async function tellOfForce(signal: string, ms: number): Promise<number> {
  const error = new CliError(
    "STUCK",
    `it did not end within ${ms / 1000} seconds of ${signal}, and was ended by force`,
    `nothing that was answered is lost; ${DISK_HINT}`,
  );
  return await tell(error, []);
}

async function tell(error: CliError, words: readonly string[]): Promise<number> {
  const { stdout, stderr, env } = process;
  for (const stream of [stdout, stderr]) neverWait(stream);
  const output = new Output({ stdout, stderr, env });
  const end = words.indexOf("--");
  output.configure({ json: words.slice(0, end < 0 ? words.length : end).includes("--json") });
  // a progress bar may be on this line
  if (stderr.isTTY) output.endQuestion();
  const failure = failureOf(error);
  output.failure(failure);
  await Promise.race([output.flush(), new Promise((done) => setTimeout(done, LAST_WORDS_MS))]);
  return failure.exitCode;
}

/** Keeps Node from waiting for a terminal: one that was stopped by Ctrl-S may be why the process didn't end. */
function neverWait(stream: NodeJS.WriteStream): void {
  if (!stream.isTTY) return;
  const { _handle: handle } = stream as { _handle?: { setBlocking?(waits: boolean): void } };
  handle?.setBlocking?.(false);
}

async function serverDeath(signal: NodeJS.Signals, { dirs }: Serving): Promise<CliError> {
  const what = `the server was ended by ${signal}`;
  const hint = `start it again: nothing that it has answered is lost; if it happens again, ${DISK_HINT}`;
  if (signal === "SIGKILL") {
    const by = "by somebody, or by the system for want of memory";
    return new CliError("DATABASE_UNAVAILABLE", `${what}, ${by}`, hint);
  }
  const found = await examine(dirs);
  if (found) return new CliError("DATABASE_DAMAGED", `${what}: ${found.message}`, found.hint);
  return new CliError("DATABASE_UNAVAILABLE", `${what}: the disk or memory failed`, hint);
}

function deathError(
  signal: NodeJS.Signals,
  words: readonly string[],
  { opening, restored, compacted }: Said,
): CliError {
  const what = opening
    ? `cannot open the ${opening.kind} database in ${opening.dir}: LMDB ended the process (${signal})`
    : `LMDB ended the process that worked on the databases (${signal})`;
  const listed = (word: string, kinds: string[]) =>
    kinds.length > 0 ? `${word}: ${kinds.join(", ")}` : `nothing was ${word}`;
  const done: Record<string, string> = {
    restore: `; ${listed("restored", restored)}`,
    undo: `; ${listed("taken back", restored)}`,
    compact: `; ${listed("compacted", compacted)}`,
  };
  return new CliError(
    "DATABASE_UNAVAILABLE",
    `${what}${done[words[1] ?? ""] ?? ""}`,
    `the disk or the file system failed while a database was opened or read, or there was no memory: ${again(words)}; ` +
      `if it happens again, ${DISK_HINT}`,
  );
}

const again = ([, command]: readonly string[]): string =>
  command === "restore" || command === "compact"
    ? "each database is whole; run it again to complete it"
    : command === "undo"
      ? "each database is whole; flowg admin history says what was taken back: undo the same restore again, by its id, to complete it"
      : command === "backup"
        ? "an older backup is as it was; try again"
        : "try again";
