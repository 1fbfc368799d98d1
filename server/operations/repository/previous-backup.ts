// Finds the snapshot that a backup builds on: the last one of these databases. A machine with an identity reads its manifest
// from the repository. A server can't, so it keeps a copy in a file beside its key file.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { FlowgError } from "../../platform/errors.js";
import { StagedFile } from "../../platform/files/staged-file.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { databasesSchema } from "../../repository/manifest-schema.js";
import type { Repository } from "../../repository/repository.js";
import { listSnapshots, readSnapshotManifest } from "../../repository/snapshots.js";
import type { DatabaseDirs } from "../offline/options.js";
import type { PreviousBackup } from "./targets.js";

export interface PreviousBackupOf {
  repository: Repository;
  /** The key file, if there is one. The copy lies beside it. */
  keyFilePath?: string | undefined;
  dirs: DatabaseDirs;
}

/** It looks for a snapshot of this host among this many. */
const LOOKED_AT = 16;

export async function findPreviousBackup(
  of: PreviousBackupOf & { host: string; kinds: readonly DatabaseKind[] },
): Promise<{ databases: PreviousBackup; notes: string[] }> {
  const { repository, host, kinds } = of;
  const databases = await readKept(of);
  if (kinds.every((kind) => databases[kind])) return { databases, notes: [] };
  if (!repository.keys.canRead) return { databases, notes: [] };
  const notes: string[] = [];
  for (const ref of (await listSnapshots(repository)).slice(0, LOOKED_AT)) {
    try {
      const manifest = await readSnapshotManifest(repository, ref);
      if (manifest.host !== host) continue;
      for (const kind of kinds) {
        const found = manifest.databases[kind];
        if (found) databases[kind] ??= found;
      }
    } catch (error) {
      if (!(error instanceof FlowgError)) throw error;
      // the place fails, not this manifest
      if (error.code === "REPOSITORY_UNAVAILABLE" || error.code === "CANCELLED") throw error;
      notes.push(`an older snapshot can't be read: ${error.message}`);
    }
    if (kinds.every((kind) => databases[kind])) break;
  }
  return { databases, notes };
}

/** Keeps the manifests for the next backup. If that fails, the next one reads everything. */
export async function keepForNextBackup(
  of: PreviousBackupOf,
  databases: PreviousBackup,
): Promise<void> {
  const path = pathOf(of);
  if (path === undefined) return;
  try {
    await using file = await StagedFile.create(path);
    await file.write(gzipSync(JSON.stringify(databases), { level: 1 }));
    await file.flush();
    await file.giveName();
  } catch {
    // the next backup reads everything
  }
}

/** Reads the copy. A missing or damaged one counts as empty. */
async function readKept(of: PreviousBackupOf): Promise<PreviousBackup> {
  const path = pathOf(of);
  if (path === undefined) return {};
  try {
    return databasesSchema.parse(
      JSON.parse(gunzipSync(await readFile(path)).toString()),
    ) as PreviousBackup;
  } catch {
    return {};
  }
}

function pathOf({ repository, keyFilePath, dirs }: PreviousBackupOf): string | undefined {
  if (keyFilePath === undefined) return undefined;
  const places = Object.entries(dirs).map(([kind, dir]) => `${kind} ${resolve(dir)}`);
  const hash = createHash("sha256").update([repository.id, ...places.sort()].join("\n"));
  const name = `${repository.id}.${hash.digest("hex").slice(0, 16)}.last`;
  return join(dirname(keyFilePath), name);
}
