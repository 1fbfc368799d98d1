// The thread that reads databases for a backup. It holds one read transaction on each, all of one instant, and walks them one
// after the other into raw blocks. LMDB reads are synchronous, so on the main thread a walk over a big database would keep a
// server from answering.

import { join } from "node:path";
import { type MessagePort, parentPort } from "node:worker_threads";
import type { Transaction } from "lmdb";
import type { ThreadAnswer, ThreadRequest } from "../../../formats/block-stream/receiver.js";
import { BlockSender } from "../../../formats/block-stream/sender.js";
import type { BlockBuilder } from "../../../formats/snapshot/badger.js";
import { endOwnThread, markLoaded } from "../../../platform/threads/ending.js";
import { errorMessage } from "../../../platform/threads/error-message.js";
import { giveWay } from "../../../platform/threads/give-way.js";
import type { KeyRange } from "../../../records/keys.js";
import type { DatabaseKind } from "../../../records/kinds.js";
import type { LeftOut } from "../../../records/reports.js";
import type { TrackingPoint } from "../../../records/tracking-point.js";
import type { HeldFacts } from "../../../storage/held-instant.js";
import { readMadeAt } from "../../../storage/notes/made-at.js";
import { knownMark } from "../../../storage/notes/restore-mark.js";
import { purgedAt } from "../../../storage/notes/unfinished-work.js";
import { pointOf } from "../../../storage/tracking/state.js";
import { writtenSince } from "../../../storage/tracking/written-since.js";
import { DATA_FILE } from "../data-file.js";
import type { Environment, TableName } from "../environment.js";
import { databaseError } from "../lmdb-error.js";
import { localProblem } from "../local-problem.js";
import { openDatabase } from "../open.js";
import { demandSoundPages } from "../sound-pages.js";
import { type CutBlock, CutBlocks } from "./cut-blocks.js";
import { flushHeld } from "./flush-held.js";
import { holdOneInstant } from "./instant.js";
import { holdKnownStates, type LateLook } from "./late-look.js";
import { UnlockedReads } from "./unlocked-reads.js";
import { type SumFound, WalkCheck } from "./walk-check.js";
import { openForWalking, type WalkedRange, type WalkedTable } from "./walked-table.js";

export type WalkRequest =
  /** `looksLate`: pages of records are checked just before they are read. */
  | { do: "open"; databases: { kind: DatabaseKind; dir: string }[]; looksLate: boolean }
  /** `check`: each record must be one that a restore lets in. For callers that don't read the backup again. */
  | {
      do: "walk";
      kind: DatabaseKind;
      check: boolean;
      skipDamaged: boolean;
      range?: WalkedRange | undefined;
    }
  | { do: "since"; kind: DatabaseKind; point: TrackingPoint };

export type WalkAnswer =
  | { did: "open"; held: Partial<Record<DatabaseKind, HeldFacts>>; at: number }
  | { did: "since"; ranges: KeyRange[] | undefined };

/** The facts of a database once it has been walked. */
export interface WalkFacts {
  /** The damaged records, if there are any. */
  leftOut: LeftOut | undefined;
  /** The sum of its records, if the kept one was lost. */
  sumFound: SumFound | undefined;
}

/** The tables that a backup reads. */
const WALKED = new Set<TableName>(["records", "local", "sums"]);
const NOTES = new Set<TableName>(["local", "sums"]);

markLoaded();
const port = parentPort as MessagePort;
const sender = new BlockSender(port);
const databases = new Map<DatabaseKind, Environment>();
const tables = new Map<DatabaseKind, WalkedTable>();
/** How many records each has, counting those that are being deleted. */
const counts = new Map<DatabaseKind, number>();
/** Say which records a deletion under way has yet to remove. They count as gone. */
const gone = new Map<DatabaseKind, (key: Uint8Array) => boolean>();
const notes = new Map<DatabaseKind, { problem: string | undefined }>();
let held = new Map<DatabaseKind, Transaction>();
let heldAt = 0;
let looks = new Map<DatabaseKind, LateLook>();
let unlocked: UnlockedReads;
let walking: Promise<unknown> = Promise.resolve();

port.on("message", (request: ThreadRequest<WalkRequest>) => {
  if (request.do === "recycle") sender.recycle(request.memory);
  else if (request.do === "close") void close();
  else {
    const asked = answer(request);
    walking = asked.then(say, (error) => say({ did: "fail", error: errorMessage(error) }));
  }
});

async function answer(
  request: Exclude<ThreadRequest<WalkRequest>, { do: "recycle" | "close" }>,
): Promise<ThreadAnswer<WalkAnswer>> {
  if (request.do === "open") return open(request);
  return request.do === "walk" ? walk(request) : { did: "since", ranges: since(request) };
}

function say(answer: ThreadAnswer<WalkAnswer>): void {
  port.postMessage(answer);
}

async function open({
  databases: wanted,
  looksLate,
}: Extract<WalkRequest, { do: "open" }>): Promise<WalkAnswer> {
  const lookedAt = looksLate ? NOTES : WALKED;
  for (const { kind, dir } of wanted) {
    const database = await openDatabase({ kind, dir, mode: "read", tables: lookedAt });
    databases.set(kind, database);
    // opened before the transactions begin: LMDB knows no table that was opened after that
    tables.set(kind, openForWalking(database));
  }
  if (looksLate) holdAndLookLate();
  else ({ held, at: heldAt } = holdOneInstant(databases));
  for (const database of databases.values()) flushHeld(database);
  unlocked = new UnlockedReads(databases.values());
  const facts: Partial<Record<DatabaseKind, HeldFacts>> = {};
  for (const [kind, database] of databases) {
    const instant = database.at(held.get(kind) as Transaction);
    const isGone = purgedAt(instant);
    const { records, bytes } = sizeOf(database);
    const { checksums } = instant.records.sum()?.found ?? {};
    const tracking = pointOf(instant);
    counts.set(kind, records);
    if (isGone) gone.set(kind, isGone);
    facts[kind] = {
      ...(isGone ? {} : { records, ...(checksums !== undefined && { checksums }) }),
      ...(tracking && { tracking }),
      bytes,
      mark: knownMark(database),
      madeAt: readMadeAt(database),
    };
  }
  return { did: "open", held: facts, at: heldAt };
}

function holdAndLookLate(): void {
  ({ held, at: heldAt, looks } = holdKnownStates(databases));
  for (const [kind, { root, dir }] of databases) {
    // where pages are missing at its end, all are checked
    if (looks.get(kind)?.isShort === false) continue;
    demandSoundPages(root, { path: join(dir, DATA_FILE), tables: WALKED, isWritten: false });
    looks.get(kind)?.close();
    looks.delete(kind);
  }
}

function sizeOf({ records }: Environment) {
  const stats = records.getStats() as Record<string, number>;
  const { pageSize = 0, entryCount = 0 } = stats;
  const { treeBranchPageCount = 0, treeLeafPageCount = 0, overflowPages = 0 } = stats;
  const pages = treeBranchPageCount + treeLeafPageCount + overflowPages;
  return { records: entryCount, bytes: pages * pageSize };
}

type Walk = Extract<WalkRequest, { do: "walk" }>;

async function walk(request: Walk) {
  const { kind } = request;
  try {
    return await walkRecords(request);
  } catch (cause) {
    throw databaseError(cause, databases.get(kind) as Environment);
  }
}

/** @returns undefined where that can't be found out */
function since({ kind, point }: Extract<WalkRequest, { do: "since" }>): KeyRange[] | undefined {
  const database = databases.get(kind) as Environment;
  try {
    const instant = database.at(held.get(kind) as Transaction);
    // a tracked part that is gone, or back in an older form, must not be believed
    const ranges = noteProblem(kind) === undefined ? writtenSince(instant, point) : undefined;
    unlocked.demandUnchanged(kind);
    return ranges;
  } catch (cause) {
    throw databaseError(cause, database);
  }
}

/** Says what is wrong with the table of notes at the instant, if anything is. The table is read once. */
function noteProblem(kind: DatabaseKind): string | undefined {
  const known = notes.get(kind);
  if (known) return known.problem;
  const { local } = databases.get(kind) as Environment;
  const problem = localProblem(local.at(held.get(kind) as Transaction));
  notes.set(kind, { problem });
  return problem;
}

async function walkRecords({ kind, check, skipDamaged, range }: Walk): Promise<ThreadAnswer> {
  // not earlier: finding one instant in busy databases needs a quick thread
  giveWay();
  looks.get(kind)?.demandSound(range);
  const transaction = held.get(kind) as Transaction;
  const table = tables.get(kind) as WalkedTable;
  const { records } = databases.get(kind) as Environment;
  const { isSealed } = records;
  const audit = new WalkCheck({ kind, isSealed, rules: check, skip: skipDamaged });
  const cut = new CutBlocks(() => sender.newBlock(), isSealed);
  const isGone = gone.get(kind);
  table.onRecord = (key, keyStart, keyEnd, value, valueLength, checksum) => {
    if (isGone?.(key.subarray(keyStart, keyEnd))) {
      audit.gone(key.subarray(keyStart, keyEnd), value.subarray(0, valueLength), checksum);
      return;
    }
    cut.add(key, keyStart, keyEnd, value, valueLength, checksum);
  };
  const sent = async () => {
    for (let done = cut.full.shift(); done; done = cut.full.shift()) {
      // leaving the loop closes the cursor, which must happen before its transaction ends
      const sound = audit.block(done);
      if (sound && !(await sender.send(sound, factsOf(done, { sound, isSealed })))) return false;
    }
    return true;
  };
  for (const _ of table.records(transaction, range)) {
    if (cut.full.length > 0 && !(await sent())) return { did: "end" };
  }
  cut.end(range?.end);
  // the last block is sent once all is known to be well
  const rest = cut.full.pop();
  if (!(await sent())) return { did: "end" };
  const last = rest && audit.block(rest);
  const problem = noteProblem(kind);
  if (problem) audit.note(problem);
  const kept = range ? undefined : records.at(transaction).sum();
  const damage = audit.finish(range ? undefined : (counts.get(kind) as number), kept);
  unlocked.demandUnchanged(kind);
  if (last) await sender.send(last, factsOf(rest, { sound: last, isSealed }));
  const facts: WalkFacts = { leftOut: damage, sumFound: audit.sumFound(kept) };
  return { did: "end", facts };
}

/** The facts of a block beside its records. */
function factsOf(
  { block, checksums, endsSegment, goesOn }: CutBlock,
  { sound, isSealed }: { sound: BlockBuilder; isSealed: boolean },
) {
  // where records were left out, the rest isn't summed; a block without damage stays as it was
  if (!isSealed || sound.entries !== block.entries) return { endsSegment, goesOn };
  let sum = 0;
  for (const checksum of checksums) sum = (sum + checksum) >>> 0;
  return { endsSegment, goesOn, checksums: sum };
}

async function close(): Promise<void> {
  sender.close();
  await walking;
  for (const transaction of held.values()) transaction.done();
  for (const look of looks.values()) look.close();
  for (const database of databases.values()) await database.close();
  endOwnThread();
}
