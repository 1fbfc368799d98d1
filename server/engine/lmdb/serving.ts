// Holds databases for a server, and keeps other servers out (`occupation`). Each second it looks whether their files are still
// at their paths (`watched-files`) and whether they can be used (`database-failure`), and removes readers that died.

import type { DatabaseKind } from "../../records/kinds.js";
import type { Database, PlaceState } from "../../storage/database.js";
import type { DatabasePlace, ServeDatabases, ServedDatabases } from "../../storage/engine.js";
import { compactServed, type Served } from "./compact-served.js";
import { checkDataFile } from "./data-file.js";
import { failureOf } from "./database-failure.js";
import type { Environment } from "./environment.js";
import { Occupation } from "./occupation.js";
import { openDatabase } from "./open.js";
import { tryOpening } from "./try-opening.js";
import { type FilesAre, filesAre, lookAtPlace, watchPlace } from "./watched-files.js";

const LOOK_MS = 1_000;
const CLEAR_MS = 60_000;

/** @throws DATABASE_UNAVAILABLE where another server has one of them, and what else opening a database throws */
export async function serveDatabases({
  places,
  onOpening,
  onUpgrade,
  onPlaceChange,
  onUnflushed,
  onFailure,
}: ServeDatabases): Promise<ServedDatabases> {
  const taken = new Map<DatabaseKind, Occupation>();
  const databases = new Map<DatabaseKind, Environment>();
  const take = (place: DatabasePlace) => {
    const occupation = Occupation.takeAsServer(place);
    if (occupation) taken.set(place.kind, occupation);
    return occupation;
  };
  const watch = (place: DatabasePlace, database: Environment, are: FilesAre) => {
    const onChange = (state: PlaceState) => onPlaceChange(place, state);
    watchPlace(database, { are, onChange });
  };
  const close = async () => {
    clearInterval(looking);
    clearInterval(clearing);
    for (const database of databases.values()) await database.close();
    for (const occupation of taken.values()) occupation[Symbol.dispose]();
  };
  const looking = setInterval(() => {
    for (const database of databases.values()) {
      lookAtPlace(database);
      const failure = failureOf(database, taken.get(database.kind));
      if (!failure) continue;
      clearInterval(looking);
      onFailure(failure);
      return;
    }
  }, LOOK_MS).unref();
  const clearing = setInterval(() => {
    // a killed reader pins pages until a check removes it
    for (const { root } of databases.values()) root.readerCheck();
  }, CLEAR_MS).unref();
  try {
    // takes all that are there before the first is opened or made; one that is named twice is refused when it is opened
    for (const place of places) {
      if (![...taken.values()].some((occupation) => occupation.isOf(place))) take(place);
    }
    // if one is refused, no other may be made, or the next start would not say that it is new
    for (const { dir } of places) await checkDataFile(dir);
    await tryOpening(
      places.map((place) => ({ ...place, mode: "create" })),
      onOpening,
    );
    for (const place of places) {
      const database = await openDatabase({
        ...place,
        mode: "create",
        onUpgrade,
        onUnflushed: (error) => onUnflushed?.(place, error),
      });
      databases.set(place.kind, database);
      const occupation = taken.get(place.kind) ?? take(place);
      if (occupation) watch(place, database, filesAre(place.dir, occupation.fd));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    databases: Object.fromEntries(databases) as unknown as Record<DatabaseKind, Database>,
    compact: (kind, signal) => {
      const place = places.find((one) => one.kind === kind) as DatabasePlace;
      const database = databases.get(kind) as Environment;
      const onMoved: Served["onMoved"] = (occupation, are) => {
        taken.get(kind)?.[Symbol.dispose]();
        taken.set(kind, occupation);
        watch(place, database, are);
      };
      return compactServed({ place, database, onMoved, onFailure }, signal);
    },
    close,
  };
}
