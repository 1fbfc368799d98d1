// A server backs up into repositories: from the databases that it has open, of one instant, while it answers. Its threads for
// that give way to requests. It needs what writes: a key file, and credentials that may store.

import type { DatabaseKind } from "../../records/kinds.js";
import type { RepositoryBackupReport } from "../../records/repository-reports.js";
import type { Database, FoundByWalk } from "../../storage/database.js";
import type { Engine } from "../../storage/engine.js";
import { keepSumFound } from "../sum-lost.js";
import { backUpUnswept } from "./backup.js";
import type { RepositoryBackupOptions } from "./backup-options.js";

/** A server's databases. */
export interface Served {
  engine: Engine;
  databases: Readonly<Record<DatabaseKind, Database>>;
  /** Told that a read transaction began; what it returns is called when it ends. */
  onReader: (database: DatabaseKind) => () => void;
}

export type ServedBackupOptions = Omit<RepositoryBackupOptions, "dirs" | "onSumFound" | "onHeld">;

/** @throws DATABASE_REPLACED, and what `backupToRepositories` throws */
export async function backUpServed(
  { engine, databases, onReader }: Served,
  options: ServedBackupOptions,
): Promise<RepositoryBackupReport> {
  for (const database of Object.values(databases)) database.demandInPlace();
  const dirs = {
    auth: databases.auth.dir,
    config: databases.config.dir,
    logs: databases.logs.dir,
  };
  const onSumFound = (kind: DatabaseKind, found: FoundByWalk) =>
    keepSumFound(databases[kind], found);
  const onHeld = (kinds: readonly DatabaseKind[]) => {
    // they were opened once more, by their paths
    for (const kind of kinds) databases[kind].demandInPlace();
    const ended = kinds.map(onReader);
    return () => {
      for (const end of ended) end();
    };
  };
  return await backUpUnswept({ ...options, dirs, onSumFound, onHeld }, engine);
}
