// Opens databases in a process that may end by it. If LMDB can't open one (the disk gives an error, the file can't be
// mapped), lmdb-js 3.5 frees the same memory twice, which ends the process by a signal. So all are opened once before
// anything is changed in one, and the process that watches this one is told which it is at, for when it dies of it.

import { statSync } from "node:fs";
import { constants as system } from "node:os";
import { join } from "node:path";
import { FlowgError } from "../../platform/errors.js";
import type { OnOpening } from "../../storage/engine.js";
import { DATA_FILE } from "./data-file.js";
import type { OpenOptions } from "./open.js";

export type Trial = Pick<OpenOptions, "kind" | "dir" | "mode">;

let watcher: OnOpening = () => undefined;

/** From now on another process is told, which says what this one died of. */
export function openWatched(onOpening: OnOpening): void {
  watcher = onOpening;
}

/**
 * Opens them and closes them again. Other faults come up when they are opened for good.
 * @throws DATABASE_UNAVAILABLE
 */
export async function tryOpening(
  trials: readonly Trial[],
  onOpening: OnOpening = watcher,
): Promise<void> {
  const { openTrial } = await import("./open-trial.js");
  for (const trial of trials) {
    const file = fileIn(trial.dir);
    if (file === undefined ? trial.mode !== "create" : tried.has(file)) continue;
    onOpening(trial);
    const error = await openTrial(trial);
    onOpening(undefined);
    if (isFromDisk(error)) throw error;
    tried.add(fileIn(trial.dir) ?? "");
  }
}

/** Data files that a process has opened and survived. */
const tried = new Set<string>();

const MAY_NOT: ReadonlySet<number> = new Set([
  system.errno.EPERM,
  system.errno.EACCES,
  system.errno.EROFS,
]);

/**
 * Whether the system refused something to LMDB. Permissions don't count: they are looked at elsewhere. This process has
 * lived through it, and shall not go on to write.
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
    // the one that opens it says what is wrong
    return undefined;
  }
}
