// `flowg admin backup --url`: downloads all three databases as one, checks them, and names the files together.

import type { FlowgClient } from "../../sdk/index.js";
import { BACKUP_ORDER } from "../../server/records/backup-names.js";
import type { DatabaseKind } from "../../server/records/kinds.js";
import type { BackupReport } from "../../server/records/reports.js";
import type { BackupRequest } from "../administration.js";
import { waiting } from "./waiting.js";

export async function backupOnline(
  client: FlowgClient,
  { backupDir, only, allowMixed, allowShrink, skipDamaged, onProgress, signal }: BackupRequest,
): Promise<BackupReport> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const began = new Map<DatabaseKind, number>();
  const took = new Map<DatabaseKind, number>();
  // the server makes all snapshots before it sends the first byte
  using making = waiting(only?.[0] ?? "auth", onProgress);
  const set = await client.backup.all(backupDir, {
    only,
    allowMixed,
    allowShrink,
    skipDamaged,
    signal,
    onProgress: ({ database, bytes, records = 0 }) => {
      making[Symbol.dispose]();
      if (!began.has(database)) began.set(database, seconds());
      took.set(database, seconds() - (began.get(database) ?? 0));
      onProgress({ database, phase: "reading", records, bytes });
    },
  });
  const snapshots = set.snapshots
    .map(({ database, path, entries, blocks, bytes, rawBytes, sha256, fileSha256, leftOut }) => ({
      database,
      path,
      entries,
      blocks,
      bytes,
      rawBytes,
      sha256,
      fileSha256,
      ...(leftOut ? { leftOut } : {}),
      seconds: took.get(database) ?? 0,
    }))
    .sort((a, b) => BACKUP_ORDER.indexOf(a.database) - BACKUP_ORDER.indexOf(b.database));
  const { setId, createdAt, notes } = set;
  return { setId, createdAt, directory: backupDir, snapshots, notes, seconds: seconds() };
}
