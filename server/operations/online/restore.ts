// An online restore of one database: the upload is spooled beside the data, verified as a whole, and only then
// applied, in one transaction, in a thread of its own.

import { readyForBlocks } from "../../formats/snapshot/zstd.js";
import { upload } from "../../formats/sources/upload.js";
import { FlowgError } from "../../platform/errors.js";
import { demandSpace } from "../../platform/files/free-space.js";
import type { Engine } from "../../storage/engine.js";
import { newMark } from "../restore/in-turn.js";
import { demandRestoreSpace } from "../restore/restore-space.js";
import { SALVAGED_OFFLINE, verifySource } from "../restore/verified-source.js";
import { Spool, spoolDirectory } from "../spool.js";
import { type ApplyRestore, type OnlineRestoreReport, restoreVerified } from "./apply.js";

export interface OnlineRestore extends Omit<ApplyRestore, "mark"> {
  engine: Engine;
  upload: AsyncIterable<Uint8Array>;
  /** Size of the upload, where the client said. */
  uploadBytes?: number | undefined;
  /** Bytes of memory that the restore may take. */
  maxMemory: number;
}

export const MORE_MEMORY =
  "restore it with `flowg admin restore` while the server is stopped, or start the server with a higher --max-restore-memory";

/**
 * Restores an upload.
 * @throws the SNAPSHOT_ errors, INPUT_TOO_LARGE, DISK_FULL, CANCELLED, what `authorize` throws; REFUSED with the report in `details.report`, for an auth restore
 * that changes access; nothing is changed then
 */
export async function restoreUpload(options: OnlineRestore): Promise<OnlineRestoreReport> {
  const { database, signal } = options;
  const { kind, dir } = database;
  await using spool = await Spool.create(dir, kind);
  if (options.uploadBytes !== undefined) {
    await demandSpace(spoolDirectory(dir), options.uploadBytes, "the upload");
  }
  readyForBlocks();
  await receive(spool, options);
  await using restorer = options.engine.restorer();
  await using source = await verifySource(upload(spool), {
    expected: kind,
    keepAuth: true,
    refuseSalvaged: SALVAGED_OFFLINE,
    scratchDir: spoolDirectory(dir),
    memory: { maxBytes: options.maxMemory, hint: MORE_MEMORY },
    signal,
  });
  if (!options.dryRun) {
    const need = { place: { kind, dir }, disk: dir, report: source.report };
    await demandRestoreSpace(options.engine, [need]);
  }
  // once before anybody has to wait: a slow hash of the caller's token is replaced by this
  await options.authorize();
  const mark = { ...newMark([kind]), complete: true } as const;
  return await restoreVerified({ ...options, mark }, { source, restorer });
}

async function receive(spool: Spool, { upload: sent, signal }: OnlineRestore): Promise<void> {
  for await (const chunk of sent) {
    if (signal.aborted) throw new FlowgError("CANCELLED", "the upload was stopped");
    await spool.write(chunk);
  }
  if (signal.aborted) throw new FlowgError("CANCELLED", "the upload was stopped");
  spool.end();
}
