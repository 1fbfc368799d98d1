// An online restore of one database: the upload is spooled beside the data, verified as a whole, and only then
// applied, in one transaction, in a thread of its own.

import { randomUUID } from "node:crypto";
import type { Database } from "../database/open.js";
import { whileWritersWait } from "../database/transact.js";
import { FlowgError } from "../errors.js";
import { demandSpace } from "../files/free-space.js";
import type { DatabaseRestoreReport, RestoreMode } from "../reports.js";
import { type ApplyOptions, applySnapshot } from "../restore/apply.js";
import { damageWarnings } from "../restore/damage-warnings.js";
import { demandRestoreSpace } from "../restore/restore-space.js";
import { StartedThreads } from "../restore/restore-threads.js";
import { retentionWarnings } from "../restore/retention-warnings.js";
import { type VerifiedSource, verifySource } from "../restore/source.js";
import { streamWarnings } from "../restore/stream-warnings.js";
import { readyForBlocks } from "../snapshot/zstd.js";
import {
  type AccessCaller,
  type AccessReport,
  type AuthRecords,
  accessChange,
  restoredRecords,
} from "./access.js";
import { readAuthRecords, readAuthSnapshot } from "./auth-records.js";
import { Spool, spoolDirectory } from "./spool.js";

export interface OnlineRestore {
  /** Open in this process. */
  database: Database;
  upload: AsyncIterable<Uint8Array>;
  /** Size of the upload, where the client said. */
  uploadBytes?: number | undefined;
  mode: RestoreMode;
  /** Reports and changes nothing. */
  dryRun: boolean;
  /** Lets an auth restore change who may do what in ways that are refused otherwise. */
  allowAccessChange: boolean;
  /** Who asks, as they are when the upload is there; throws if they may not do this any more. */
  authorize: () => Promise<AccessCaller>;
  /** Bytes of memory that the restore may take. */
  maxMemory: number;
  /** Streams that may be made: a restore brings more if it must, and says so. */
  maxStreams: number;
  signal: AbortSignal;
}

/** The report of an online restore: without the name of a spool file, and for auth with what changes for whom. */
export interface OnlineRestoreReport extends Omit<DatabaseRestoreReport, "source"> {
  dryRun: boolean;
  access?: AccessReport;
}

/** An answer that another commit overtook is worked out again, this many times. */
const TRIES = 5;

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
  await using threads = new StartedThreads();
  await using source = await verifySource(spool.path, {
    ...{ expected: kind, scratchDir: spoolDirectory(dir), signal, maxMemory: options.maxMemory },
  });
  if (!options.dryRun) await demandRestoreSpace([{ dir, disk: dir, report: source.report }]);
  for (let tries = 1; ; tries++) {
    try {
      return await restoreSource(source, options, threads);
    } catch (error) {
      const overtaken = error instanceof FlowgError && error.code === "CONFLICT";
      if (!overtaken || tries === TRIES) throw error;
    }
  }
}

async function receive(spool: Spool, { upload, signal }: OnlineRestore): Promise<void> {
  for await (const chunk of upload) {
    if (signal.aborted) throw new FlowgError("CANCELLED", "the upload was stopped");
    await spool.write(chunk);
  }
  if (signal.aborted) throw new FlowgError("CANCELLED", "the upload was stopped");
  spool.end();
}

async function restoreSource(
  source: VerifiedSource,
  options: OnlineRestore,
  threads: StartedThreads,
): Promise<OnlineRestoreReport> {
  const started = performance.now();
  const { database, dryRun, mode, signal } = options;
  const { kind, dir } = database;
  const { records, transaction } =
    kind === "auth"
      ? await readAuthRecords(database)
      : { records: undefined, transaction: undefined };
  // after that look: if the caller's rights change between the two, the restore finds itself overtaken
  const caller = await options.authorize();
  const access = records && (await lookAtAccess(source, { mode, caller, records }));
  const refused = (access?.refusals.length ?? 0) > 0 && !options.allowAccessChange;
  const apply = async (isDry: boolean): Promise<OnlineRestoreReport> => {
    const applying: ApplyOptions = {
      sha256: source.read.seal.sha256,
      ...{ kind, dir, exists: true, mode, streams: source.streams, source: source.bytes(), signal },
      mark: isDry
        ? undefined
        : { run: randomUUID(), at: new Date().toISOString(), of: [kind], complete: true },
      onlyAfter: transaction,
    };
    const { kinds, damage } = await applySnapshot(applying, threads.take());
    // lmdb-js may hold a read transaction of this thread for a turn: nobody is shown the old state after this
    database.records.resetReadTxn();
    const { createdAt, setId, format } = source.report;
    const warnings = [
      ...source.report.warnings,
      ...retentionWarnings(source, Date.now()),
      ...streamWarnings(source, options),
      ...damageWarnings(damage, isDry),
    ];
    return {
      ...{ database: kind, mode, dryRun: isDry, format },
      ...(createdAt === undefined ? {} : { createdAt }),
      ...(setId === undefined ? {} : { setId }),
      ...{ kinds, warnings },
      ...(access === undefined ? {} : { access }),
      seconds: (performance.now() - started) / 1000,
    };
  };
  if (dryRun) return apply(true);
  if (!refused) return whileWritersWait(database, () => apply(false));
  const refusals = access?.refusals.join("; ");
  throw new FlowgError("REFUSED", `the restore changes who may do what: ${refusals}`, {
    hint: "look at the report; to restore all the same, ask again with ?allowAccessChange=true",
    details: { report: await apply(true) },
  });
}

interface AccessQuestion {
  mode: RestoreMode;
  caller: AccessCaller;
  /** What the database holds. */
  records: AuthRecords;
}

/** What the restore would do to everybody's access. */
async function lookAtAccess(
  source: VerifiedSource,
  { mode, caller, records }: AccessQuestion,
): Promise<AccessReport> {
  const snapshot = await readAuthSnapshot(source.bytes());
  return accessChange(records, restoredRecords(records, snapshot, mode), caller);
}
