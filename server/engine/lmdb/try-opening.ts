// Opens databases for a try, which may end the process. If LMDB can't open one (the disk gives an error, the file can't be
// mapped), lmdb-js 3.5 frees the same memory twice, which ends the process by a signal. So all are opened once before anything
// is changed in one. The process that watches this one hears which database is next, and can name it if this process dies.

import { statSync } from "node:fs";
import { constants as system } from "node:os";
import { join } from "node:path";
import { FlowgError } from "../../platform/errors.js";
import type { OnOpening } from "../../storage/engine.js";
import { DATA_FILE } from "./data-file.js";
import type { OpenOptions } from "./open.js";

export type PlaceToOpen = Pick<OpenOptions, "kind" | "dir" | "mode">;

let watcher: OnOpening = () => undefined;

/** Sets the function that tells the watching process which database is being opened. */
export function openWatched(onOpening: OnOpening): void {
  watcher = onOpening;
}

/**
 * Opens the databases and closes them again. Other faults are reported when they are opened for good.
 * @throws DATABASE_UNAVAILABLE
 */
export async function tryOpening(
  places: readonly PlaceToOpen[],
  onOpening: OnOpening = watcher,
): Promise<void> {
  const { openAndClose } = await import("./open-and-close.js");
  for (const place of places) {
    const file = fileIn(place.dir);
    if (file === undefined ? place.mode !== "create" : tried.has(file)) continue;
    onOpening(place);
    const error = await openAndClose(place);
    onOpening(undefined);
    if (isFromDisk(error)) throw error;
    tried.add(fileIn(place.dir) ?? "");
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
 * Whether the system refused something to LMDB. Permissions don't count, because they are checked elsewhere. This process has
 * survived the fault, and must not go on to write.
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
    // the code that opens it for good says what is wrong
    return undefined;
  }
}
