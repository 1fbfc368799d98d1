// The three databases as a server holds them: no other server may, and each second it is looked whether they still are
// where they were (`engine/lmdb/occupation`, `engine/lmdb/in-place`).

import { resolve } from "node:path";
import type { Environment } from "../../engine/lmdb/environment.js";
import { failureOf } from "../../engine/lmdb/failed.js";
import { placeOf, watchPlace } from "../../engine/lmdb/in-place.js";
import { Occupation } from "../../engine/lmdb/occupation.js";
import { openDatabase } from "../../engine/lmdb/open.js";
import { type OnOpening, tryOpening } from "../../engine/lmdb/trial.js";
import type { OnUpgrade } from "../../engine/lmdb/upgrade.js";
import type { FlowgError } from "../../platform/errors.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../records/kinds.js";
import type { Standing } from "../../storage/database.js";
import { sweepLeftovers } from "../leftovers.js";
import { prepareSpool } from "../spool.js";

const LOOK_MS = 1_000;

export interface LiveOptions {
  dirs: Record<DatabaseKind, string>;
  onOpening?: OnOpening | undefined;
  onUpgrade: OnUpgrade;
  /** Told when the files of a database are no longer those that are open, or are again. */
  onPlaceChange: (database: Pick<Environment, "kind" | "dir">, standing: Standing) => void;
  /** Told once, where a database can't be used any more by this process. */
  onFailure: (error: FlowgError) => void;
}

export interface LiveDatabases {
  databases: Record<DatabaseKind, Environment>;
  close(): Promise<void>;
}

/** @throws DATABASE_UNAVAILABLE where another server has one of them, and what else opening a database throws */
export async function openLiveDatabases({
  dirs,
  onOpening,
  onUpgrade,
  onPlaceChange,
  onFailure,
}: LiveOptions): Promise<LiveDatabases> {
  // absolute: messages for clients are searched for it
  const places = DATABASE_KINDS.map((kind) => ({ kind, dir: resolve(dirs[kind]) }));
  const taken = new Map<DatabaseKind, Occupation>();
  const databases = new Map<DatabaseKind, Environment>();
  const take = (place: (typeof places)[number]) => {
    const occupation = Occupation.takeAsServer(place);
    if (occupation) taken.set(place.kind, occupation);
    return occupation;
  };
  const close = async () => {
    clearInterval(looking);
    for (const database of databases.values()) await database.close();
    for (const occupation of taken.values()) occupation[Symbol.dispose]();
  };
  const looking = setInterval(() => {
    for (const database of databases.values()) {
      placeOf(database);
      const failure = failureOf(database, taken.get(database.kind));
      if (!failure) continue;
      clearInterval(looking);
      onFailure(failure);
      return;
    }
  }, LOOK_MS).unref();
  try {
    // all that are there, before the first is opened or made; one that is given twice is refused when it is opened
    for (const place of places) {
      if (![...taken.values()].some((occupation) => occupation.isOf(place))) take(place);
    }
    await tryOpening(
      places.map((place) => ({ ...place, mode: "create" })),
      onOpening,
    );
    for (const place of places) {
      const database = await openDatabase({ ...place, mode: "create", onUpgrade });
      databases.set(place.kind, database);
      const occupation = taken.get(place.kind) ?? take(place);
      const onChange = (standing: Standing) => onPlaceChange(place, standing);
      if (occupation) watchPlace(database, { dataFile: occupation.fd, onChange });
      await sweepLeftovers(place.dir);
      await prepareSpool(place.dir);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { databases: Object.fromEntries(databases) as Record<DatabaseKind, Environment>, close };
}
