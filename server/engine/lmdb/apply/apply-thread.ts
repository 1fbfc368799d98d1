// The thread that changes a database for a restore. It uses one LMDB transaction from the first record to the last, so that all
// of it is there or nothing. LMDB writes are synchronous, and a restore may hold the write lock for long, so neither may happen
// on a server's main thread. The thread waits for blocks inside the transaction. It takes one task after the other, and ends
// with one that fails.

import { type MessagePort, parentPort } from "node:worker_threads";
import type { Transaction } from "lmdb";
import { CHANGE_HEAD_BYTES, readChangeHead } from "../../../formats/snapshot/undo-change.js";
import { FlowgError } from "../../../platform/errors.js";
import { readyToRelease, release } from "../../../platform/native-memory.js";
import { endOwnThread, markLoaded } from "../../../platform/threads/ending.js";
import {
  type ErrorMessage,
  errorFrom,
  errorMessage,
} from "../../../platform/threads/error-message.js";
import { giveWay } from "../../../platform/threads/give-way.js";
import type { AuthRestore } from "../../../records/auth/restore-outcome.js";
import { isInRange, segments, under } from "../../../records/keys.js";
import type { DatabaseKind } from "../../../records/kinds.js";
import type { RawBlock } from "../../../records/raw-block.js";
import { decodeValue, type StreamRecord } from "../../../records/records.js";
import type { RestoreMode } from "../../../records/reports.js";
import type { SelectedRange } from "../../../records/selection.js";
import { readTotal } from "../../../storage/derived/totals.js";
import type { Merged, Undoing } from "../../../storage/engine.js";
import { endHistory } from "../../../storage/journal/note.js";
import { noteRestore, type RestoreFacts } from "../../../storage/notes/restore-history.js";
import { type RestoreMark, writeMark } from "../../../storage/notes/restore-mark.js";
import { purgedAt } from "../../../storage/notes/unfinished-work.js";
import { beginHistory } from "../../../storage/tracking/state.js";
import { finishUnfinished, hasUnfinished } from "../../../storage/unfinished/finish-unfinished.js";
import type { Environment } from "../environment.js";
import { DataFileGrowth } from "../give-back.js";
import { lastTransactionId } from "../last-commit.js";
import { databaseError } from "../lmdb-error.js";
import { openDatabase } from "../open.js";
import { TableWriter } from "../table-writer.js";
import { changeIn } from "../transact.js";
import { openForWalking, type WalkedTable } from "../walk/walked-table.js";
import { ApplyInbox } from "./apply-inbox.js";
import { type DatabaseRecords, databaseRecords } from "./database-records.js";
import { isFilledIn } from "./filled-in.js";
import { MailboxSignal } from "./mailbox-signal.js";
import { type DatabaseRecord, Merge } from "./merge.js";
import { type PreparedBlock, partsOf } from "./prepared-block.js";
import { PreparedRecord } from "./prepared-record.js";
import { SoughtRecords } from "./sought-records.js";
import { type StreamChanges, streamChanges } from "./stream-changes.js";
import { type BlockTarget, CountingTarget, type Writers, writingTarget } from "./target.js";
import { keepingTarget, UndoCapture } from "./undo-capture.js";
import { UndoMerge } from "./undo-merge.js";

export interface ApplyTask {
  kind: DatabaseKind;
  dir: string;
  mode: RestoreMode;
  /** The part that is restored. Absent: everything. */
  ranges: readonly SelectedRange[] | undefined;
  /** The mark to leave in the same transaction. Absent in a dry run, which writes nothing. */
  mark: RestoreMark | undefined;
  /** Whether there is a database in `dir`. */
  exists: boolean;
  /** The snapshot's streams, by name. They are known before the entries that need them. */
  streams: [name: string, record: StreamRecord][];
  /** The number of the transaction that must still be the database's last. */
  onlyAfter: number | undefined;
  /** Only for auth. */
  auth: AuthRestore;
  /** Whether the database must still have no record. */
  ifEmpty: boolean;
  blocks: MessagePort;
  /** Memory of the MailboxSignal of `blocks` and `kept`. */
  signal: SharedArrayBuffer;
  /** Whether requests come first. */
  givesWay: boolean;
  /** Facts about the restore that are noted along with its changes. */
  facts: RestoreFacts | undefined;
  /** Answers messages about kept changes. Absent if none are kept. */
  kept: MessagePort | undefined;
  /** Set if the blocks are changes that are taken back. */
  undo: Undoing | undefined;
}

export type ApplyMessage = PreparedBlock | { end: true } | { fail: ErrorMessage };

/** The answer to a message about kept changes. */
export type KeptMessage = { taken: true } | { finished: true } | { fail: ErrorMessage };

export type ApplyAnswer =
  | { did: "block" }
  | { did: "keep"; block: RawBlock }
  | { did: "keep all" }
  | { did: "all"; merged: Merged }
  | { did: "fail"; error: ErrorMessage };

let task: ApplyTask;
let inbox: ApplyInbox;

markLoaded();
parentPort?.on("message", async (given: ApplyTask) => {
  task = given;
  inbox = new ApplyInbox(task, new MailboxSignal(task.signal), say);
  try {
    const answer = await run();
    task.blocks.close();
    say(answer);
  } catch (error) {
    say({ did: "fail", error: errorMessage(error) });
    endOwnThread();
  }
});

function say(answer: ApplyAnswer): void {
  const moved = answer.did === "keep" ? [answer.block.bytes.buffer as ArrayBuffer] : [];
  parentPort?.postMessage(answer, moved);
}

async function run(): Promise<ApplyAnswer> {
  // from here on the event loop may be blocked
  await readyToRelease();
  const { kind, dir, mark, exists, givesWay } = task;
  if (givesWay) giveWay();
  if (!mark && !exists) return { did: "all", merged: countAll(() => undefined) };
  const database = await openDatabase({ kind, dir, mode: mark ? "create" : "read" });
  try {
    const merged = mark ? writeOrGiveBack(database, mark) : count(database);
    return { did: "all", merged };
  } catch (error) {
    throw databaseError(error, database);
  } finally {
    await database.close();
  }
}

/**
 * After these faults the file is cut back. A run that was stopped or overtaken needs no such hurry: the next write to the
 * database uses the room that was taken.
 */
const WRITE_FAULTS: ReadonlySet<string> = new Set(["DISK_FULL", "DATABASE_UNAVAILABLE"]);

function writeOrGiveBack(database: Environment, mark: RestoreMark): Merged {
  using growth = new DataFileGrowth(database);
  try {
    return write(database, mark);
  } catch (error) {
    // before space is given back, because how full the disk is tells why a write failed
    const explained = databaseError(error, database);
    try {
      if (explained instanceof FlowgError && WRITE_FAULTS.has(explained.code)) growth.giveBack();
    } catch {
      // the restore's own fault is reported
    }
    throw explained;
  }
}

function count(database: Environment): Merged {
  const { undo } = task;
  const table = openForWalking(database);
  if (!undo) return withDatabaseRecords(database, table, ({ next }) => countAll(next));
  const changes = streamChanges(database, undo);
  const target = new CountingTarget();
  return withDatabaseRecords(database, table, (present) =>
    undoAll(database, { undo, changes, present, target, isWritten: false }),
  );
}

function countAll(present: () => DatabaseRecord | undefined): Merged {
  const target = new CountingTarget();
  return { ...mergeAll(present, target), undoBytes: target.undoBytes };
}

function write(database: Environment, mark: RestoreMark): Merged {
  // opened before the transaction: LMDB knows no table that was opened after it began
  const table = openForWalking(database);
  const writers: Writers = {
    records: new TableWriter(database, "records"),
    derived: new TableWriter(database, "derived"),
  };
  for (;;) {
    // half-done deletions and indexes are finished first, so that the merge finds the records as they are meant to be; in a
    // transaction of its own, because the merge walks what was committed before its own began
    if (database.kind === "logs")
      database.records.transactionSync(() => changeIn(database, finishUnfinished));
    const counts = database.records.transactionSync(() => {
      if (database.kind === "logs" && hasUnfinished(database)) return undefined;
      return writeAll(database, { table, writers, mark });
    });
    if (counts) return counts;
  }
}

/** Writes everything inside the transaction. The write lock is held, so what this reads is what it changes. */
function writeAll(
  database: Environment,
  { table, writers, mark }: { table: WalkedTable; writers: Writers; mark: RestoreMark },
): Merged {
  const { onlyAfter, ifEmpty } = task;
  if (ifEmpty && database.records.count({ limit: 1 }) > 0) {
    throw new FlowgError("CONFLICT", `the ${database.kind} database was filled meanwhile`, {
      hint:
        "another restore or a server was first: run it again, and it leaves databases that have " +
        "records",
    });
  }
  if (onlyAfter !== undefined && onlyAfter !== lastTransactionId(database)) {
    throw new FlowgError("CONFLICT", `the ${database.kind} database was changed meanwhile`, {
      hint: "try again",
    });
  }
  const { auth, undo, kept } = task;
  const counted = database.ledger.read();
  const changes = undo && streamChanges(database, undo);
  const ranges = changes ? changes.ranges : task.ranges;
  const streams = changes ? changes.streams : finalStreams(database);
  const renewed = mostlyAdded(database, undo);
  const written = writingTarget({ database, writers, streams, renewed, auth, ranges });
  const target = kept
    ? keepingTarget(written, new UndoCapture((block) => inbox.giveKept(block)), database)
    : written;
  const merged = withDatabaseRecords(database, table, (present) =>
    undo && changes
      ? undoAll(database, { undo, changes, present, target, isWritten: true })
      : mergeAll(present.next, target, ranges && lastKeyOf(database)),
  );
  target.finish();
  writeMark(database, mark);
  if (task.facts) noteRestore(database, { ...task.facts, ...runOf(mark), kinds: merged.kinds });
  // all these changes went past the door, so they are neither tracked nor in the journal
  endHistory(database, counted);
  beginHistory(database);
  // the undo file is on the disk before this transaction is
  if (kept) inbox.finishKept();
  return merged;
}

/** Streams of which a restore added half or more, which may all go again. */
function mostlyAdded(database: Environment, undo: Undoing | undefined): Set<string> {
  const added = [...(undo?.additions ?? [])];
  const most = added.filter(([name, entries]) => 2 * entries >= readTotal(database, name).entries);
  return new Set(most.map(([name]) => name));
}

const runOf = ({ run, at, order, of }: RestoreMark) => ({
  run,
  at,
  ...(order === undefined ? {} : { order }),
  of,
});

function withDatabaseRecords<T>(
  database: Environment,
  table: WalkedTable,
  use: (present: DatabaseRecords) => T,
): T {
  database.records.resetReadTxn();
  const transaction: Transaction = database.records.useReadTransaction();
  const present = databaseRecords(table, transaction, {
    isSealed: database.records.isSealed,
    isGone: purgedAt(database.at(transaction)),
    ranges: task.ranges,
  });
  try {
    return use(present);
  } finally {
    present.close();
    transaction.done();
  }
}

/** The streams as they will be. */
function finalStreams({ kind, records }: Environment): Map<string, StreamRecord> {
  const { mode, ranges } = task;
  const streams = new Map<string, StreamRecord>();
  if (kind === "logs" && (mode === "merge" || ranges)) {
    for (const { key, value, isWhole } of records.findRange(under("stream"))) {
      const [, name = ""] = segments(key);
      const goes = mode === "replace" && isInside(key, ranges) && !isFilledIn(name, ranges);
      if (isWhole && !goes) streams.set(name, decodeValue<StreamRecord>(value));
    }
  }
  for (const [name, record] of task.streams)
    if (!streams.has(name) || !isFilledIn(name, ranges)) streams.set(name, record);
  return streams;
}

const isInside = (key: Buffer, ranges: readonly SelectedRange[] = []): boolean =>
  ranges.some((range) => isInRange(key, range));

/** A record added after this key is the last one. */
const lastKeyOf = ({ records }: Environment): Buffer | undefined =>
  [...records.keys({ reverse: true, limit: 1 })][0];

function undoAll(
  database: Environment,
  {
    undo: { overwriteChanged, users },
    changes,
    present: records,
    target,
    isWritten,
  }: {
    undo: Undoing;
    changes: StreamChanges;
    present: DatabaseRecords;
    target: BlockTarget;
    isWritten: boolean;
  },
): Merged {
  const present = new SoughtRecords(records);
  const how = { ...changes, database, present, overwriteChanged, users, target, isWritten };
  const merge = new UndoMerge(how);
  eachBlock(target, (record) =>
    merge.take(record, readChangeHead(record.bytes, record.valueStart - CHANGE_HEAD_BYTES)),
  );
  const none = { records: 0, items: [] };
  return { kinds: merge.counts, damage: { mended: none, kept: none }, undone: merge.undone };
}

function mergeAll(
  present: () => DatabaseRecord | undefined,
  target: BlockTarget,
  lastKey?: Buffer | undefined,
): Merged {
  const merge = new Merge({ database: task.kind, mode: task.mode, present, target, lastKey });
  eachBlock(target, (record) => merge.take(record));
  merge.finish();
  return { kinds: merge.counts, damage: merge.damage };
}

/** Takes all records that come, block by block. */
function eachBlock(target: BlockTarget, take: (record: PreparedRecord) => void): void {
  const record = new PreparedRecord();
  for (let message = inbox.receive(); !("end" in message); message = inbox.receive()) {
    if ("fail" in message) throw errorFrom(message.fail);
    record.begin(message);
    target.blockBegin(record);
    while (record.next()) take(record);
    target.blockEnd(record);
    release(...partsOf(message));
    say({ did: "block" });
  }
}
