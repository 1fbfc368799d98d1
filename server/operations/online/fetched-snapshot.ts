// Fetches a snapshot from a repository before a restore begins, so that a slow or broken connection never holds a transaction
// open. The files lie beside the databases as an upload does, and are restored in the same way.

import { FlowgError } from "../../platform/errors.js";
import { demandSpace } from "../../platform/files/free-space.js";
import { BACKUP_FILE_NAMES } from "../../records/backup-names.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { OnProgress } from "../../records/reports.js";
import type { Selection } from "../../records/selection.js";
import type { Database } from "../../storage/database.js";
import { databasesIn, type OpenedSnapshot, sourceOf } from "../repository/open-snapshot.js";
import { Spool, spoolDirectory } from "../spool.js";
import type { FetchedSet } from "./restore-set.js";

export interface ToFetch {
  snapshot: OpenedSnapshot;
  databases: Record<DatabaseKind, Database>;
  kinds: readonly DatabaseKind[];
  /** Only segments that can hold the selected items are fetched. */
  selection: Selection | undefined;
  onProgress?: OnProgress | undefined;
  signal: AbortSignal;
}

/** @throws NOT_FOUND where the snapshot lacks a database; DISK_FULL, CANCELLED, and what reading the repository throws */
export async function fetchSnapshot(options: ToFetch): Promise<FetchedSet> {
  const { snapshot, kinds } = options;
  const has = databasesIn(snapshot);
  const lacks = kinds.find((kind) => !has.includes(kind));
  if (lacks !== undefined) {
    throw new FlowgError("NOT_FOUND", `the snapshot has no ${lacks} database`, {
      hint: `it has ${has.join(", ")}: name those that are to be restored, with \`only\``,
    });
  }
  const files: FetchedSet["files"] = [];
  const dispose = async () => {
    for (const { spool } of files) await spool[Symbol.asyncDispose]();
  };
  try {
    for (const kind of kinds) {
      const { dir } = options.databases[kind];
      const spool = await Spool.create(dir, kind);
      const [name = kind] = BACKUP_FILE_NAMES[kind];
      files.push({ kind, name, spool });
      await fetchOne(kind, spool, options);
    }
    return { files, manifest: undefined, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function fetchOne(kind: DatabaseKind, spool: Spool, options: ToFetch): Promise<void> {
  const { snapshot, databases, selection, signal, onProgress } = options;
  const source = sourceOf(snapshot, kind, { ranges: selection?.ranges[kind], signal });
  await demandSpace(
    spoolDirectory(databases[kind].dir),
    source.size,
    `the ${kind} database's snapshot`,
  );
  for await (const chunk of source.open()) {
    if (signal.aborted) throw new FlowgError("CANCELLED", "stopped; nothing was restored");
    await spool.write(chunk);
    onProgress?.({ database: kind, phase: "fetching", records: 0, bytes: spool.size });
  }
  spool.end();
}
