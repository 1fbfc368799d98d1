// Databases that a command opens itself: for accounts, and where a process that watches this one is told of it.

import { realpath } from "node:fs/promises";
import type { DatabaseAt } from "../engine/lmdb/occupation.js";
import type { Changes, Database } from "../storage/database.js";
import type { OnOpening } from "../storage/engine.js";
import type { AuthStore } from "../stores/auth/store.js";

export type { OpenMode } from "../storage/engine.js";

/** Says which database it is about to open, for a process that watches this one: it may die of that. */
export async function openWatched(onOpening: OnOpening): Promise<void> {
  (await import("../engine/lmdb/try-opening.js")).openWatched(onOpening);
}

/** Real paths of the databases for which this process has its number. */
const numbered = new Set<string>();

/** This process's number for a database, until it ends: in another container a process may have the same. */
export async function takeNumber(place: DatabaseAt): Promise<void> {
  const { Occupation } = await import("../engine/lmdb/occupation.js");
  // a database that is compared with itself is opened twice
  const path = await realpath(place.dir).catch(() => place.dir);
  if (!numbered.has(path) && Occupation.take(place)) numbered.add(path);
}

export type { AuthStore } from "../stores/auth/store.js";

type Opened = typeof import("../engine/lmdb/open.js");

export const openDatabase: Opened["openDatabase"] = async (options) => {
  const { tryOpening } = await import("../engine/lmdb/try-opening.js");
  await tryOpening([options]);
  const database = await (await import("../engine/lmdb/open.js")).openDatabase(options);
  const { changeAlone } = await import("../engine/lmdb/change-alone.js");
  return { ...database, change: (action) => changeAlone(database, action) };
};

export async function openAuthStore(database: Database): Promise<AuthStore> {
  return (await import("../stores/auth/store.js")).openAuthStore(database);
}

/**
 * Changes accounts without a server; the trail tells of each change that is made.
 * @param facts names, never secrets
 */
export async function auditedOffline<T>(
  action: string,
  facts: Record<string, unknown>,
  work: () => Promise<T>,
): Promise<T> {
  const { noteOffline, offlineEvent } = await import("../storage/notes/offline-events.js");
  const { aroundWrites } = await import("../storage/around-writes.js");
  const after = (changes: Changes) => noteOffline(changes, offlineEvent(action, facts));
  return aroundWrites({ after }, work);
}

/** Has this process, and all threads of it, give way to others. */
export async function lowerPriority(): Promise<void> {
  (await import("../platform/threads/low-priority.js")).lowerPriority();
}
