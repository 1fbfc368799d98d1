// Runs commands that open databases in a child process. Where the disk fails, or somebody cuts an open database file, a signal
// ends the process that uses LMDB; this parent survives and prints why. From outside both look like one process: the child has
// our streams, we pass each signal on, we end with its exit code, and it ends when we are gone.

import { type ChildProcess, fork } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { type ExitCode, SIGNAL_EXIT_CODES, type StopSignal } from "./exit-codes.js";
import { LastDeadline } from "./last-deadline.js";
import type { Serving, ToChild, ToParent } from "./supervision.js";

/** What the child has reported. */
export interface Said {
  opening: Extract<ToParent, { opening: unknown }>["opening"];
  restored: string[];
  compacted: string[];
  serving: Serving | undefined;
  ended: ExitCode | undefined;
  /** Another child must do the work. */
  isNumberTaken: boolean;
}

/** Process numbers go up by one, so other containers hardly have more than a few in a row. */
const TRIES = 20;
/** The default of --stop-timeout. */
const STOP_MS = 5_000;
/** These signals don't ask for an orderly stop; we only pass them to the child. */
const PASSED_ON = ["SIGUSR1", "SIGUSR2", "SIGQUIT"] as const;

/**
 * glibc gives the threads of a process several heaps. For each four KiB that LMDB takes from one that isn't the first, glibc
 * makes a system call: a restore of 500,000 entries made 41,000 of them. With one heap for all it takes 8 % less processor time,
 * and 25 MB less memory. A server's threads would wait for each other. No other C library knows the name.
 */
export const ONE_HEAP = { MALLOC_ARENA_MAX: "1" };

/** @returns the exit code; undefined where no child can be started and so nothing was done */
export async function supervise(words: readonly string[]): Promise<number | undefined> {
  let child: ChildProcess | undefined;
  let said: Said | undefined;
  const got: StopSignal[] = [];
  const send = (message: ToChild) => {
    if (child?.connected) child.send(message, () => undefined);
  };
  const deadline = new LastDeadline({
    isServer: words[0] === "serve",
    stopMs: () => said?.serving?.stopMs ?? STOP_MS,
    kill: () => child?.kill("SIGKILL"),
  });
  for (const signal of Object.keys(SIGNAL_EXIT_CODES) as StopSignal[])
    process.on(signal, () => {
      got.push(signal);
      send({ signal });
      // SIGHUP may only ask to read files again
      if (signal !== "SIGHUP") deadline.told();
    });
  for (const signal of PASSED_ON)
    if (signal in constants.signals) process.on(signal, () => child?.kill(signal));
  for (let tries = 1; ; tries++) {
    child = startChild(words[0] === "serve" ? {} : ONE_HEAP);
    if (child === undefined) return undefined;
    const of: Said = {
      opening: null,
      restored: [],
      compacted: [],
      serving: undefined,
      ended: undefined,
      isNumberTaken: false,
    };
    said = of;
    child.on("message", (message: ToParent) => {
      // the end of a child whose number was taken doesn't end the run
      if ("ended" in message && of.isNumberTaken) return;
      if ("ended" in message) deadline.done();
      if ("stopping" in message) deadline.heard();
      else listen(message, of);
    });
    send({ words, isLast: tries === TRIES });
    for (const signal of got) send({ signal });
    const end = await Promise.race([endOf(child), deadline.isPast]);
    if (of.ended !== undefined) return of.ended;
    if (deadline.passed) return await codeOfForce(deadline, got.at(-1) ?? "SIGTERM");
    if (!end) return undefined;
    if (of.isNumberTaken) continue;
    if (end.signal === null) return end.code;
    return await codeAfter(end.signal, words, of);
  }
}

function listen(message: Exclude<ToParent, { stopping: true }>, said: Said): void {
  if ("opening" in message) said.opening = message.opening;
  else if ("restored" in message) said.restored.push(message.restored);
  else if ("compacted" in message) said.compacted.push(message.compacted);
  else if ("serving" in message) said.serving = message.serving;
  else if ("numberTaken" in message) said.isNumberTaken = true;
  else said.ended = message.ended;
}

/**
 * @param defaults variables that it gets unless they are set
 * @returns undefined where the system can't start one
 */
function startChild(defaults: NodeJS.ProcessEnv): ChildProcess | undefined {
  try {
    // the words go by a message, since other users can see a command line
    return fork(fileURLToPath(new URL("./supervised.js", import.meta.url)), [], {
      stdio: ["inherit", "inherit", "inherit", "ipc"],
      env: { ...defaults, ...process.env },
    });
  } catch {
    return undefined;
  }
}

interface End {
  code: number;
  signal: NodeJS.Signals | null;
}

/** @returns undefined where the child never began */
function endOf(child: ChildProcess): Promise<End | undefined> {
  return new Promise((resolve) => {
    child.once("error", () => {
      if (child.pid === undefined) resolve(undefined);
    });
    child.once("exit", (code, signal) => {
      const end = { code: code ?? 1, signal };
      // its last messages must be read first
      if (child.connected) child.once("disconnect", () => resolve(end));
      else resolve(end);
    });
  });
}

async function codeAfter(
  signal: NodeJS.Signals,
  words: readonly string[],
  said: Said,
): Promise<number> {
  const { tellOfDeath, isFault } = await import("./death.js");
  if (isFault(signal)) return await tellOfDeath(signal, words, said);
  if (Object.hasOwn(SIGNAL_EXIT_CODES, signal)) return SIGNAL_EXIT_CODES[signal as StopSignal];
  if (said.serving && signal === "SIGKILL") await tellOfDeath(signal, words, said);
  // somebody killed the child: we die by the same signal, so that our own parent sees it
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  // the first process of a container survives that
  return 128 + constants.signals[signal];
}

async function codeOfForce({ passed, ms }: LastDeadline, signal: StopSignal): Promise<number> {
  // a second signal asked for this, so nothing is printed
  if (passed === "twice") return SIGNAL_EXIT_CODES[signal];
  const { tellOfForce } = await import("./death.js");
  return await tellOfForce(signal, ms);
}
