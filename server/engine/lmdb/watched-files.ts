// Watches whether the files that a server has open are those at their paths. After `rm -rf data/logs` and a restore, or `mv`
// and `cp` to another disk, LMDB goes on with the old files, and nobody finds what it writes there after the next start. Where
// only `lock.mdb` is another file, two processes write at once and know nothing of each other.

import { type BigIntStats, fstatSync, statSync } from "node:fs";
import { join } from "node:path";
import { FlowgError, systemCode } from "../../platform/errors.js";
import type { PlaceState } from "../../storage/database.js";
import { placeProblem, REPLACED_HINT } from "../../storage/place-problem.js";
import { DATA_FILE } from "./data-file.js";
import type { Environment } from "./environment.js";
import { LOCK_FILE } from "./lock-file.js";

type Opened = Pick<Environment, "kind" | "dir" | "root">;

interface File {
  path: string;
  is: Identity;
}

type Identity = Pick<BigIntStats, "dev" | "ino">;

const GONE: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ESTALE"]);
/** The watched files of each database. Only a server's databases are watched. */
const watched = new WeakMap<object, Watched>();

interface Watched {
  files: readonly File[];
  state: PlaceState;
  onChange: (state: PlaceState) => void;
}

/** Where a database's files are. */
export interface FilesAre {
  data: Identity;
  lock: Identity;
}

/**
 * @param dir where the lock file is
 * @param dataFile an open file: the database's
 * @throws NodeJS.ErrnoException
 */
export const filesAre = (dir: string, dataFile: number): FilesAre => ({
  data: fstatSync(dataFile, { bigint: true }),
  lock: statSync(join(dir, LOCK_FILE), { bigint: true }),
});

/**
 * Begins to watch a database. Call it once that is open.
 * @param onChange told when the database isn't in place any more, and when it is again
 */
export function watchPlace(
  { dir, root }: Opened,
  { are, onChange }: { are: FilesAre; onChange: (state: PlaceState) => void },
): void {
  const files: File[] = [
    { path: join(dir, DATA_FILE), is: are.data },
    { path: join(dir, LOCK_FILE), is: are.lock },
  ];
  watched.set(root, { files, state: "in place", onChange });
}

/** Looks now. A database that isn't watched counts as in place. */
export function lookAtPlace({ root }: Pick<Opened, "root">): PlaceState {
  const found = watched.get(root);
  if (!found) return "in place";
  const state = stateOf(found.files);
  const isTold = (state === "in place") === (found.state === "in place");
  found.state = state;
  // gone, then replaced, is reported once
  if (!isTold) found.onChange(state);
  return state;
}

function stateOf(files: readonly File[]): PlaceState {
  try {
    for (const { path, is } of files) {
      const { dev, ino } = statSync(path, { bigint: true });
      if (dev !== is.dev || ino !== is.ino) return "replaced";
    }
    return "in place";
  } catch (cause) {
    return GONE.has(systemCode(cause) ?? "") ? "gone" : "unreadable";
  }
}

/**
 * Demands that the files are in place. Call it before and after each write that must be there after the next start.
 * @param outcome what to say of the write
 * @throws DATABASE_REPLACED
 */
export function demandInPlace({ kind, root }: Pick<Opened, "kind" | "root">, outcome = ""): void {
  const problem = placeProblem(kind, lookAtPlace({ root }));
  if (problem === undefined) return;
  throw new FlowgError("DATABASE_REPLACED", `${problem}${outcome}`, { hint: REPLACED_HINT });
}
