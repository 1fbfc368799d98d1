// The thread that reads databases for a backup. It holds one read transaction on each, all of one instant, and
// walks them one after the other into raw blocks. LMDB reads are synchronous: on the main thread a walk over a
// big database would keep a server from answering anybody.

import { parentPort } from "node:worker_threads";
import type { Transaction } from "lmdb";
import type { DatabaseKind } from "../database/kinds.js";
import { type Database, openDatabase } from "../database/open.js";
import { BlockBuilder } from "../snapshot/badger.js";
import { type ErrorMessage, errorMessage } from "../threads.js";
import { holdOneInstant } from "./instant.js";
import { openForWalking, type WalkedTable } from "./walked-table.js";

export type WalkRequest =
  | { do: "open"; databases: { kind: DatabaseKind; dir: string }[] }
  | { do: "walk"; kind: DatabaseKind; ahead: number }
  /** One more block may be sent; its memory, used again. */
  | { do: "more"; memory: ArrayBuffer | undefined }
  | { do: "close" };

export type WalkAnswer =
  | { did: "open"; records: Partial<Record<DatabaseKind, number>> }
  | { did: "block"; bytes: Uint8Array; entries: number }
  | { did: "end" }
  | { did: "close" }
  | { did: "fail"; error: ErrorMessage };

const port = parentPort;
const databases = new Map<DatabaseKind, Database>();
const tables = new Map<DatabaseKind, WalkedTable>();
let held = new Map<DatabaseKind, Transaction>();
const memories: ArrayBuffer[] = [];
let allowed = 0;
let wake: (() => void) | undefined;
let closing = false;

port?.on("message", (request: WalkRequest) => {
  if (request.do === "more") {
    allowed++;
    if (request.memory) memories.push(request.memory);
    wake?.();
    return;
  }
  if (request.do === "close") {
    closing = true;
    wake?.();
  }
  serve(request).then(answer, (error) => answer({ did: "fail", error: errorMessage(error) }));
});

function answer(message: WalkAnswer | undefined, moved: ArrayBuffer[] = []): void {
  if (message) port?.postMessage(message, moved);
}

async function serve(
  request: Exclude<WalkRequest, { do: "more" }>,
): Promise<WalkAnswer | undefined> {
  if (request.do === "open") return open(request.databases);
  if (request.do === "walk") {
    allowed = request.ahead;
    return walk(request.kind);
  }
  return close();
}

async function open(wanted: { kind: DatabaseKind; dir: string }[]): Promise<WalkAnswer> {
  for (const { kind, dir } of wanted) {
    const database = await openDatabase({ kind, dir, mode: "read" });
    databases.set(kind, database);
    // before the transactions begin: LMDB knows no table that was opened after
    tables.set(kind, openForWalking(database));
  }
  held = holdOneInstant(databases);
  const records: Partial<Record<DatabaseKind, number>> = {};
  for (const [kind, database] of databases) {
    records[kind] = (database.records.getStats() as { entryCount: number }).entryCount;
  }
  return { did: "open", records };
}

async function walk(kind: DatabaseKind): Promise<WalkAnswer | undefined> {
  const transaction = held.get(kind) as Transaction;
  const table = tables.get(kind) as WalkedTable;
  let block = new BlockBuilder(memories.pop());
  const full: BlockBuilder[] = [];
  table.onRecord = (key, keyStart, keyEnd, value, valueLength) => {
    if (!block.isEmpty && !block.fits(keyEnd - keyStart, valueLength)) {
      full.push(block);
      block = new BlockBuilder(memories.pop());
    }
    block.addParts(key, keyStart, keyEnd, value, valueLength);
  };
  for (const _ of table.records(transaction)) {
    for (let done = full.shift(); done; done = full.shift()) {
      if (!(await send(done))) return undefined;
    }
  }
  table.onRecord = undefined;
  full.push(block);
  for (const done of full) {
    if (!done.isEmpty && !(await send(done))) return undefined;
  }
  return { did: "end" };
}

/** Sends a block once the receiver has room for it. False when the receiver has gone. */
async function send(block: BlockBuilder): Promise<boolean> {
  // also lets messages in when there is room
  await new Promise(setImmediate);
  while (allowed === 0 && !closing) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    wake = undefined;
  }
  if (closing) return false;
  allowed--;
  const bytes = block.finish();
  answer({ did: "block", bytes, entries: block.entries }, [bytes.buffer]);
  return true;
}

async function close(): Promise<WalkAnswer> {
  // the walk notices `closing` at its next block; its cursor must be gone before the transaction is
  await new Promise(setImmediate);
  for (const transaction of held.values()) transaction.done();
  for (const database of databases.values()) await database.close();
  port?.close();
  return { did: "close" };
}
