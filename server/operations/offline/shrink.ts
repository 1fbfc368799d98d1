// Keeps a nearly empty backup from replacing a good one: the database may have been lost and made anew. A backup may have fewer
// records than the one it replaces, but far fewer only if the caller insists.

import { join } from "node:path";
import { peekSnapshot } from "../../formats/snapshot/peek.js";
import { FlowgError } from "../../platform/errors.js";
import { BACKUP_FILE_NAMES } from "../../records/backup-names.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { SnapshotSummary } from "../../records/reports.js";

/** Fewer lost records than this are always allowed. */
const LOST_MIN = 5;

export interface Older {
  /** Absent for FlowG's own files, which don't tell. */
  records?: number;
  /** RFC 3339; where the file tells. */
  createdAt?: string;
}

export interface Newer {
  database: DatabaseKind;
  records: number;
  /** When the database was made, RFC 3339; where that is known. */
  madeAt: string | undefined;
}

/**
 * Whether a backup has no records, or less than half. Retention may remove more of the logs than that. So logs may go down to a
 * tenth, if they are of the same database as the older backup.
 * @param madeSince whether the database was made after the older backup
 */
export function isFarFewer(
  older: Older,
  { database, records }: Newer,
  madeSince: boolean,
): boolean {
  if (records === 0) return older.records !== 0;
  if (older.records === undefined || older.records - records < LOST_MIN) return false;
  return records * (database === "logs" && !madeSince ? 10 : 2) < older.records;
}

/** @throws REFUSED, naming both counts, if a backup would replace one of far more records */
export async function demandNoShrink(
  directory: string,
  snapshots: readonly (SnapshotSummary & { madeAt: string | undefined })[],
): Promise<void> {
  const problems: string[] = [];
  const counts: { database: DatabaseKind; records: number; olderRecords?: number }[] = [];
  for (const { database, entries: records, madeAt } of snapshots) {
    const found = await olderBackup(directory, database);
    if (found === undefined) continue;
    const { older, path } = found;
    const madeSince = (madeAt ?? "") > (older.createdAt ?? madeAt ?? "");
    if (!isFarFewer(older, { database, records, madeAt }, madeSince)) continue;
    problems.push(
      sentence({ database, records, madeAt: madeSince ? madeAt : undefined }, { older, path }),
    );
    counts.push({
      database,
      records,
      ...(older.records === undefined ? {} : { olderRecords: older.records }),
    });
  }
  if (problems.length === 0) return;
  throw new FlowgError("REFUSED", `${problems.join("; ")}; nothing was replaced`, {
    hint: "if data was lost, restore that backup; if not, add --allow-shrink, or back up into another directory",
    details: { databases: counts },
  });
}

/** Finds the file that a restore of this database would take. */
async function olderBackup(
  directory: string,
  database: DatabaseKind,
): Promise<{ path: string; older: Older } | undefined> {
  for (const name of BACKUP_FILE_NAMES[database]) {
    const path = join(directory, name);
    const found = await peekSnapshot(path);
    if (found === undefined) continue;
    // FlowG backs an empty database up as an empty file
    if (found.size === 0) return undefined;
    if (!found.ends) return { path, older: {} };
    const { header, seal } = found.ends;
    return { path, older: { records: seal.entries, createdAt: header.createdAt } };
  }
  return undefined;
}

function sentence(
  { database, records, madeAt }: Newer,
  { older, path }: { older: Older; path: string },
): string {
  const count = (number: number | undefined) =>
    number?.toLocaleString("en-US") ?? "an unknown number of";
  const made = madeAt === undefined ? "" : `, and was made at ${madeAt}, after that`;
  const of = older.createdAt === undefined ? "" : ` of ${older.createdAt}`;
  return `the ${database} database has ${count(records)} record${records === 1 ? "" : "s"}, the backup${of} in ${path} has ${count(older.records)}${made}`;
}
