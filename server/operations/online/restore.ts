// An online restore of one database: the upload is spooled beside the data, verified as a whole, and only then
// applied, in one transaction, in a thread of its own.

import { randomUUID } from "node:crypto";
import { readyForBlocks } from "../../formats/snapshot/zstd.js";
import { upload } from "../../formats/sources/upload.js";
import { FlowgError } from "../../platform/errors.js";
import { demandSpace } from "../../platform/files/free-space.js";
import { type AuthRecords, restoredRecords } from "../../records/auth/auth-records.js";
import { type Limit, limitOf } from "../../records/auth/limits.js";
import { demandNoClash } from "../../records/auth/restore-outcome.js";
import { sealed } from "../../records/auth/seal.js";
import type { DatabaseRestoreReport, RestoreMode } from "../../records/reports.js";
import { recordsNow } from "../../storage/auth-records.js";
import type { Database } from "../../storage/database.js";
import type { Applying, Engine, Restorer } from "../../storage/engine.js";
import { damageWarnings } from "../restore/damage-warnings.js";
import { feedOf } from "../restore/feed.js";
import { demandRestoreSpace } from "../restore/restore-space.js";
import { retentionWarnings } from "../restore/retention-warnings.js";
import { streamWarnings } from "../restore/stream-warnings.js";
import { type VerifiedSource, verifySource } from "../restore/verified-source.js";
import { Spool, spoolDirectory } from "../spool.js";
import {
  type AccessCaller,
  type AccessReport,
  accessChange,
  forbiddenGift,
  NOBODY_ADMINISTERS,
} from "./access.js";

export interface OnlineRestore {
  engine: Engine;
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
  /** Lets an auth restore leave nobody who may administer. */
  allowNoAdmin: boolean;
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

const MORE_MEMORY =
  "restore it with `flowg admin restore` while the server is stopped, or start the server with a higher --max-restore-memory";

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
  await using restorer = options.engine.restorer();
  await using source = await verifySource(upload(spool), {
    expected: kind,
    keepAuth: true,
    scratchDir: spoolDirectory(dir),
    memory: { maxBytes: options.maxMemory, hint: MORE_MEMORY },
    signal,
  });
  if (!options.dryRun)
    await demandRestoreSpace(options.engine, [
      { place: { kind, dir }, disk: dir, report: source.report },
    ]);
  // once before anybody has to wait: a slow hash of the caller's token is replaced by this
  await options.authorize();
  for (let tries = 1; ; tries++) {
    try {
      return await restoreSource(options, { source, restorer });
    } catch (error) {
      const overtaken = error instanceof FlowgError && error.code === "CONFLICT";
      if (!overtaken || tries === TRIES) throw error;
    }
  }
}

async function receive(spool: Spool, { upload: sent, signal }: OnlineRestore): Promise<void> {
  for await (const chunk of sent) {
    if (signal.aborted) throw new FlowgError("CANCELLED", "the upload was stopped");
    await spool.write(chunk);
  }
  if (signal.aborted) throw new FlowgError("CANCELLED", "the upload was stopped");
  spool.end();
}

interface Sources {
  source: VerifiedSource;
  restorer: Restorer;
}

async function restoreSource(
  options: OnlineRestore,
  { source, restorer }: Sources,
): Promise<OnlineRestoreReport> {
  const started = performance.now();
  const { database, dryRun, mode, signal } = options;
  const { kind, dir } = database;
  // only of an auth restore
  const snapshot = source.auth;
  const apply = async (isDry: boolean, look: Look): Promise<OnlineRestoreReport> => {
    const applying: Applying = {
      kind,
      dir,
      exists: true,
      mode,
      streams: source.streams,
      feed: feedOf(source, { kind, signal }),
      mark: isDry
        ? undefined
        : { run: randomUUID(), at: new Date().toISOString(), of: [kind], complete: true },
      onlyAfter: look.version,
      auth: { held: look.held, allowNoAdmin: mayLeaveNobody(options) },
    };
    const { kinds, damage } = await restorer.apply(applying);
    const { createdAt, setId, format } = source.report;
    const warnings = [
      ...source.report.warnings,
      ...retentionWarnings(source, Date.now()),
      ...(await streamWarnings(source, options)),
      ...damageWarnings(damage, isDry),
    ];
    return {
      database: kind,
      mode,
      dryRun: isDry,
      format,
      ...(createdAt === undefined ? {} : { createdAt }),
      ...(setId === undefined ? {} : { setId }),
      kinds,
      warnings,
      ...(look.access === undefined ? {} : { access: look.access }),
      seconds: (performance.now() - started) / 1000,
    };
  };
  if (dryRun) return apply(true, await lookAt(options, snapshot));
  // nobody writes between the look and what follows from it: else whoever writes in a loop could put it off for ever
  const done = await database.exclude(async () => {
    const look = await lookAt(options, snapshot);
    return look.refusal === undefined ? await apply(false, look) : look;
  });
  if ("kinds" in done) return done;
  throw new FlowgError("REFUSED", `the restore changes who may do what: ${done.refusal?.why}`, {
    hint: done.refusal?.hint,
    details: { report: await apply(true, done) },
  });
}

const mayLeaveNobody = ({ allowNoAdmin, allowAccessChange }: OnlineRestore): boolean =>
  allowNoAdmin || allowAccessChange;

/** What was found before a restore, of whoever asks as they are now. */
interface Look {
  /** That the database stood at; only for auth. */
  version?: number;
  access?: AccessReport;
  held: Limit;
  refusal?: { why: string; hint: string } | undefined;
}

/** @throws what `authorize` throws, REFUSED where two tokens would have one hash */
async function lookAt(options: OnlineRestore, snapshot: AuthRecords | undefined): Promise<Look> {
  const { database, mode } = options;
  if (snapshot === undefined) {
    await options.authorize();
    return { held: undefined };
  }
  const { result: records, version } = await database.readVersioned(recordsNow);
  // after that look: if the caller's rights change between the two, the restore finds itself overtaken
  const caller = await options.authorize();
  const held = limitOf(caller.scopes);
  const asItIs = restoredRecords(records, snapshot, mode);
  demandNoClash(asItIs);
  const { refusals } = accessChange(records, asItIs, caller);
  const kept = restoredRecords(records, sealedRecords(snapshot, records, held), mode);
  const access = { ...accessChange(records, kept, caller), refusals };
  const forbidden = forbiddenGift(records, asItIs, caller);
  const refusal = forbidden
    ? { why: forbidden, hint: "let somebody who holds these scopes restore it" }
    : refusalOf(refusals, options);
  return { version, access, held, refusal };
}

function refusalOf(refusals: readonly string[], options: OnlineRestore): Look["refusal"] {
  const left = options.allowAccessChange
    ? []
    : refusals.filter((why) => !(options.allowNoAdmin && why === NOBODY_ADMINISTERS));
  if (left.length === 0) return undefined;
  return {
    why: left.join("; "),
    hint: "look at the report; to restore all the same, ask again with ?allowAccessChange=true",
  };
}

/** The snapshot's records as they will be stored. */
function sealedRecords(snapshot: AuthRecords, records: AuthRecords, held: Limit): AuthRecords {
  if (held === undefined) return snapshot;
  const stored = [...snapshot].map(([key, value]): [string, Buffer] => {
    const bytes = Buffer.from(key, "latin1");
    return [key, Buffer.from(sealed({ key: bytes, value }, records.get(key), held))];
  });
  return new Map(stored);
}
