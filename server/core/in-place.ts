// Reads backups and databases where they are.

import type { DatabaseAt } from "../engine/lmdb/occupation.js";
import type { DatabasesInPlace } from "../operations/in-place/databases-in-place.js";
import { engine, startZstd } from "./loading.js";

export type { BackupInPlace } from "../operations/in-place/backup-in-place.js";

type InPlace = typeof import("../operations/in-place/backup-in-place.js") &
  typeof import("../operations/in-place/query.js") &
  typeof import("../operations/in-place/items.js") &
  typeof import("../operations/in-place/diff.js");

export const backupAt: InPlace["backupAt"] = async (path) =>
  (await import("../operations/in-place/backup-in-place.js")).backupAt(path);

/** Databases, held at one instant until this is disposed of. */
export async function databasesAt(
  name: string,
  places: readonly DatabaseAt[],
): Promise<DatabasesInPlace> {
  const { tryOpening } = await import("../engine/lmdb/try-opening.js");
  await tryOpening(places.map((place) => ({ ...place, mode: "read" })));
  const { databasesAt: hold } = await import("../operations/in-place/databases-in-place.js");
  return hold(await engine(), name, places);
}

export const snapshotAt: Snapshots["snapshotAt"] = async (...given) =>
  (await import("../operations/in-place/snapshot-in-place.js")).snapshotAt(...given);

type Snapshots = typeof import("../operations/in-place/snapshot-in-place.js");

export const queryInPlace: InPlace["queryInPlace"] = async (...given) => {
  await startZstd();
  return (await import("../operations/in-place/query.js")).queryInPlace(...given);
};

export const itemsInPlace: InPlace["itemsInPlace"] = async (...given) => {
  await startZstd();
  return (await import("../operations/in-place/items.js")).itemsInPlace(...given);
};

export const diffBackups: InPlace["diffBackups"] = async (...given) => {
  await startZstd();
  return (await import("../operations/in-place/diff.js")).diffBackups(...given);
};
