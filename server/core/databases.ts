// Opens databases for commands, and tells the process that watches this one.

import { realpath } from "node:fs/promises";
import type { DatabaseAt } from "../engine/lmdb/occupation.js";
import type { Changes, Database } from "../storage/database.js";
import type { OnOpening } from "../storage/engine.js";
import type { AuthStore } from "../stores/auth/store.js";

export type { OpenMode } from "../storage/engine.js";

/** Tells a watching process which database is opened next, since this process may die of it. */
export async function openWatched(onOpening: OnOpening): Promise<void> {
  (await import("../engine/lmdb/try-opening.js")).openWatched(onOpening);
}

/** Real paths of the databases in which this process is numbered. */
const numbered = new Set<string>();

/** Numbers this process in a database until it ends, since a process in another container may have the same id. */
export async function takeNumber(place: DatabaseAt): Promise<void> {
  const { Occupation } = await import("../engine/lmdb/occupation.js");
  // a comparison of a database with itself opens it twice
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
 * Changes accounts without a server, and notes each change for the trail.
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

/** Lowers the priority of this process and of all its threads. */
export async function lowerPriority(): Promise<void> {
  (await import("../platform/threads/low-priority.js")).lowerPriority();
}
