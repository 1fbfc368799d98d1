// Backs up the databases that a server has open into repositories, at one instant, while the server answers requests. Its
// threads give way to requests. It needs a key file, and credentials that may store.

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
  /** Called when a read transaction begins. The function that it returns is called when the transaction ends. */
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
    // the engine has opened them again by their paths, which may lead to other databases now
    for (const kind of kinds) databases[kind].demandInPlace();
    const ended = kinds.map(onReader);
    return () => {
      for (const end of ended) end();
    };
  };
  return await backUpUnswept({ ...options, dirs, onSumFound, onHeld }, engine);
}
