// An online restore of one database. It spools the upload beside the data and verifies all of it. Then it applies the snapshot
// in one transaction, in a thread of its own.

import { readyForBlocks } from "../../formats/snapshot/zstd.js";
import { upload } from "../../formats/sources/upload.js";
import { FlowgError } from "../../platform/errors.js";
import { demandSpace } from "../../platform/files/free-space.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../records/kinds.js";
import { SELECTABLE, type Selection, selectedText } from "../../records/selection.js";
import type { DatabasePlace, Engine } from "../../storage/engine.js";
import { restoreNotes } from "../../storage/notes/restore-history.js";
import { newMark } from "../restore/in-turn.js";
import { type SalvagedWish, salvagedHint } from "../restore/incomplete-source.js";
import { demandRestoreSpace } from "../restore/restore-space.js";
import { type VerifiedSource, verifySource } from "../restore/verified-source.js";
import { Spool, spoolDirectory } from "../spool.js";
import { type ApplyRestore, type OnlineRestoreReport, restoreVerified } from "./apply.js";
import { demandRoomForUndo } from "./keep-undo.js";

export interface OnlineRestore extends Omit<ApplyRestore, "mark">, SalvagedWish {
  engine: Engine;
  upload: AsyncIterable<Uint8Array>;
  /** The size of the upload, where the client said it. */
  uploadBytes?: number | undefined;
  /** Bytes of memory that the restore may take. */
  maxMemory: number;
  /** The part to restore; all if absent. */
  selection?: Selection | undefined;
}

const MORE_MEMORY =
  "restore it with `flowg admin restore` while the server is stopped, or start the server with a higher --max-restore-memory";

/** @throws what verifying a source throws */
export const verifyUpload = (
  spool: Spool,
  { kind, dir }: DatabasePlace,
  how: Pick<OnlineRestore, "selection" | "maxMemory" | "onProgress" | "signal"> & SalvagedWish,
): Promise<VerifiedSource> =>
  verifySource(upload(spool), {
    expected: kind,
    keepAuth: true,
    refuseSalvaged: salvagedHint(how),
    selection: how.selection,
    scratchDir: spoolDirectory(dir),
    memory: { maxBytes: how.maxMemory, hint: MORE_MEMORY },
    onProgress: how.onProgress,
    signal: how.signal,
  });

/**
 * Restores an upload.
 * @throws the SNAPSHOT_ errors, INPUT_TOO_LARGE, DISK_FULL, CANCELLED, what `authorize` throws; REFUSED with the report in `details.report`, for an auth restore
 * that changes access; nothing is changed then
 */
export async function restoreUpload(options: OnlineRestore): Promise<OnlineRestoreReport> {
  const { database, selection } = options;
  const { kind, dir } = database;
  demandSelectedIn(kind, selection);
  await using spool = await Spool.create(dir, kind);
  if (options.uploadBytes !== undefined) {
    await demandSpace(spoolDirectory(dir), options.uploadBytes, "the upload");
  }
  readyForBlocks();
  await receive(spool, options);
  await using restorer = options.engine.restorer();
  await using source = await verifyUpload(spool, database, options);
  if (!options.dryRun) {
    const need = { place: { kind, dir }, disk: dir, source };
    await demandRestoreSpace(options.engine, [need]);
    await demandRoomForUndo({ ...options, restorer, source, bounds: options.undo });
  }
  // authorizes once before the database is held, so that a slow hash of the caller's token is replaced by then
  await options.authorize();
  const known = DATABASE_KINDS.map((one) =>
    options.lookInto(one, (other) => other.read(restoreNotes)),
  );
  const notes = (await Promise.all(known)).map((found = []) => found);
  const isPart = selection !== undefined;
  const mark = { ...newMark([kind], { isPart, notes }), complete: true } as const;
  return await restoreVerified({ ...options, mark }, { source, restorer });
}

/** Refuses items of another database, which would be ignored otherwise. @throws INPUT_INVALID */
function demandSelectedIn(kind: DatabaseKind, selection: Selection | undefined): void {
  const other = selection?.items.find((item) => SELECTABLE[item.kind] !== kind);
  if (other === undefined) return;
  throw new FlowgError(
    "INPUT_INVALID",
    `${selectedText(other)} is in the ${SELECTABLE[other.kind]} database, not in ${kind}`,
    {
      hint: `send that snapshot to /restore/${SELECTABLE[other.kind]}, or a tar of all to /restore`,
    },
  );
}

async function receive(spool: Spool, { upload: sent, signal }: OnlineRestore): Promise<void> {
  for await (const chunk of sent) {
    if (signal.aborted) throw new FlowgError("CANCELLED", "the upload was stopped");
    await spool.write(chunk);
  }
  if (signal.aborted) throw new FlowgError("CANCELLED", "the upload was stopped");
  spool.end();
}
