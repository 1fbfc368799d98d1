// Runs what opens databases in a child process, for where the disk fails just then, lmdb-js 3.5 ends its process by a
// signal: this one lives, and says so. To the outside both are one: the child has our streams, we hand it each
// signal that we get, end as it ends, and it ends when we are gone.

import { type ChildProcess, fork } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { SIGNAL_EXIT_CODES, type StopSignal } from "./exit-codes.js";
import type { ToChild, ToParent } from "./supervision.js";

/** What the child has said of how far it is. */
export interface Said {
  opening: Extract<ToParent, { opening: unknown }>["opening"];
  restored: string[];
  ended: number | undefined;
  /** It is to be done by another child. */
  isNumberTaken: boolean;
}

/** Process numbers go up by one: more than a few are hardly taken by other containers. */
const TRIES = 20;

/** @returns the exit code; undefined if no child can be started, so that nothing was done */
export async function supervise(words: readonly string[]): Promise<number | undefined> {
  let child: ChildProcess | undefined;
  const got: StopSignal[] = [];
  const send = (message: ToChild) => void child?.send(message, () => undefined);
  for (const signal of Object.keys(SIGNAL_EXIT_CODES) as StopSignal[])
    process.on(signal, () => {
      got.push(signal);
      send({ signal });
    });
  for (let tries = 1; ; tries++) {
    child = startChild();
    if (child === undefined) return undefined;
    const said: Said = { opening: null, restored: [], ended: undefined, isNumberTaken: false };
    child.on("message", (message: ToParent) => listen(message, said));
    send({ words, isLast: tries === TRIES });
    for (const signal of got) send({ signal });
    const end = await endOf(child);
    if (end === undefined) return undefined;
    if (said.isNumberTaken) continue;
    if (end.signal === null) return end.code;
    return said.ended ?? (await codeAfter(end.signal, words, said));
  }
}

function listen(message: ToParent, said: Said): void {
  if ("opening" in message) said.opening = message.opening;
  else if ("restored" in message) said.restored.push(message.restored);
  else if ("numberTaken" in message) said.isNumberTaken = true;
  else said.ended = message.ended;
}

/** @returns undefined if the system gives none */
function startChild(): ChildProcess | undefined {
  try {
    // the words go another way: a command line can be seen by other users
    return fork(fileURLToPath(new URL("./supervised.js", import.meta.url)), [], {
      stdio: ["inherit", "inherit", "inherit", "ipc"],
    });
  } catch {
    return undefined;
  }
}

interface End {
  code: number;
  signal: NodeJS.Signals | null;
}

/** @returns undefined if it has never begun */
function endOf(child: ChildProcess): Promise<End | undefined> {
  return new Promise((resolve) => {
    child.once("error", () => {
      if (child.pid === undefined) resolve(undefined);
    });
    child.once("exit", (code, signal) => {
      const end = { code: code ?? 1, signal };
      // what it has said last is read first
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
  // somebody has killed it: whoever started us is to see that
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  return 128 + constants.signals[signal];
}
