// Opening databases where it may end a process. Where LMDB can't open one (the disk gives an error, the file can't be
// mapped), lmdb-js 3.5 frees the same memory twice, which ends the process by a signal. So let that be another process: a
// child that tries first, or this one, where somebody watches it and tells of its death.

import { spawn } from "node:child_process";
import { statSync } from "node:fs";
import { constants as system } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FlowgError } from "../errors.js";
import { builtModule } from "../threads/start.js";
import { DATA_FILE } from "./data-file.js";
import type { OpenOptions } from "./open.js";

export type Trial = Pick<OpenOptions, "kind" | "dir" | "mode">;

/** Told before a database is opened, and with nothing once that has gone well. */
export type OnOpening = (at: Trial | undefined) => void;

/** Opening takes a tenth of a second. Whoever waits longer than this has other troubles, which the real opening meets, too. */
const PATIENCE_MS = 30_000;

let watcher: OnOpening | undefined;

/** From now on no child tries first: another process watches this one, and says what it died of. */
export function openWatched(onOpening: OnOpening): void {
  watcher = onOpening;
}

/**
 * Sees that opening these databases doesn't end a process. What else may be wrong with them is left to who opens them.
 * @throws DATABASE_UNAVAILABLE
 */
export async function tryOpening(trials: readonly Trial[]): Promise<void> {
  const untried = trials.filter(({ dir, mode }) => {
    const file = fileIn(dir);
    return file === undefined ? mode === "create" : !tried.has(file);
  });
  if (untried.length === 0) return;
  if (watcher) await tryHere(untried, watcher);
  else await demandAlive(untried);
  for (const { dir } of untried) tried.add(fileIn(dir) ?? "");
}

/** Data files that have been opened, and whoever did has lived. */
const tried = new Set<string>();

/** Before anything is changed: who dies of the last database has not changed the first. */
async function tryHere(trials: readonly Trial[], onOpening: OnOpening): Promise<void> {
  const { openTrial } = await import("./open-trial.js");
  for (const trial of trials) {
    onOpening(trial);
    const error = await openTrial(trial);
    onOpening(undefined);
    if (isFromDisk(error)) throw error;
  }
}

const MAY_NOT: ReadonlySet<number> = new Set([
  ...[system.errno.EPERM, system.errno.EACCES, system.errno.EROFS],
]);

/**
 * What the system said to LMDB, but for permissions, which are looked at elsewhere: this process has lived through it,
 * and shall not go on to write.
 */
function isFromDisk(error: unknown): boolean {
  const cause: unknown = error instanceof FlowgError ? error.cause : undefined;
  if (!(cause instanceof Error) || !("code" in cause)) return false;
  // LMDB's own errors are negative
  return typeof cause.code === "number" && cause.code > 0 && !MAY_NOT.has(cause.code);
}

function fileIn(dir: string): string | undefined {
  try {
    const { dev, ino } = statSync(join(dir, DATA_FILE));
    return `${dev}:${ino}`;
  } catch {
    // whoever opens it says what is wrong
    return undefined;
  }
}

async function demandAlive(trials: readonly Trial[]): Promise<void> {
  const { reached, signal } = await runChild(trials);
  if (signal === null) return;
  const { kind, dir } = trials.find((trial) => trial.kind === reached) ?? (trials[0] as Trial);
  throw new FlowgError(
    "DATABASE_UNAVAILABLE",
    `cannot open the ${kind} database in ${dir}: LMDB ended a process that tried (${signal})`,
    {
      hint: "its files can't be read or mapped: check the disk, the limit of memory, and who may read them; nothing was changed",
    },
  );
}

interface Outcome {
  /** The database it was at. */
  reached: string;
  /** What it died of. Null also where it could not be started at all. */
  signal: NodeJS.Signals | null;
}

function runChild(trials: readonly Trial[]): Promise<Outcome> {
  const module = fileURLToPath(builtModule(new URL("./trial-child.js", import.meta.url)));
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [module, JSON.stringify(trials)], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    let said = "";
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill("SIGKILL");
    }, PATIENCE_MS);
    child.stdout.setEncoding("utf8").on("data", (text) => {
      said += text;
    });
    child.once("error", () => done(null));
    child.once("close", (_code, signal) => done(isLate ? null : signal));
    function done(signal: NodeJS.Signals | null): void {
      clearTimeout(timer);
      resolve({ reached: said.trim().split("\n").at(-1) ?? "", signal });
    }
  });
}
