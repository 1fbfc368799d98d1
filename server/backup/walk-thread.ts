// The thread that reads databases for a backup. It holds one read transaction on each, all of one instant, and
// walks them one after the other into raw blocks. LMDB reads are synchronous: on the main thread a walk over a
// big database would keep a server from answering anybody.

import { type MessagePort, parentPort } from "node:worker_threads";
import type { Transaction } from "lmdb";
import type { ThreadAnswer, ThreadRequest } from "../block-stream/receiver.js";
import { BlockSender } from "../block-stream/sender.js";
import type { DatabaseKind } from "../database/kinds.js";
import { type Database, databaseError, openDatabase } from "../database/open.js";
import { purgedAt } from "../logs/marks.js";
import type { BlockBuilder } from "../snapshot/badger.js";
import { errorMessage, giveWay, hasLoaded } from "../threads.js";
import { holdOneInstant } from "./instant.js";
import { openForWalking, type WalkedTable } from "./walked-table.js";

export type WalkRequest =
  | { do: "open"; databases: { kind: DatabaseKind; dir: string }[] }
  | { do: "walk"; kind: DatabaseKind };

export type WalkAnswer = { did: "open"; records: Partial<Record<DatabaseKind, number>> };

hasLoaded();
const port = parentPort as MessagePort;
const sender = new BlockSender(port);
const databases = new Map<DatabaseKind, Database>();
const tables = new Map<DatabaseKind, WalkedTable>();
/** Tell records that a deletion under way has yet to remove: they are gone already. */
const gone = new Map<DatabaseKind, (key: Uint8Array) => boolean>();
let held = new Map<DatabaseKind, Transaction>();
let walking: Promise<unknown> = Promise.resolve();

port.on("message", (request: ThreadRequest<WalkRequest>) => {
  if (request.do === "more") sender.allow(request.blocks, request.memory);
  else if (request.do === "close") void close();
  else {
    const asked = request.do === "open" ? open(request.databases) : walk(request.kind);
    walking = asked.then(say, (error) => say({ did: "fail", error: errorMessage(error) }));
  }
});

function say(answer: ThreadAnswer<WalkAnswer>): void {
  port.postMessage(answer);
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
    const isGone = purgedAt(database, held.get(kind) as Transaction);
    if (isGone) gone.set(kind, isGone);
    else records[kind] = (database.records.getStats() as { entryCount: number }).entryCount;
  }
  return { did: "open", records };
}

async function walk(kind: DatabaseKind): Promise<{ did: "end" }> {
  try {
    return await walkRecords(kind);
  } catch (cause) {
    throw databaseError(cause, databases.get(kind) as Database);
  }
}

async function walkRecords(kind: DatabaseKind): Promise<{ did: "end" }> {
  // not before: to find one instant in busy databases it must be quick
  giveWay();
  const transaction = held.get(kind) as Transaction;
  const table = tables.get(kind) as WalkedTable;
  const full: BlockBuilder[] = [];
  let block = sender.newBlock();
  const isGone = gone.get(kind);
  table.onRecord = (key, keyStart, keyEnd, value, valueLength) => {
    if (isGone?.(key.subarray(keyStart, keyEnd))) return;
    if (!block.isEmpty && !block.fits(keyEnd - keyStart, valueLength)) {
      full.push(block);
      block = sender.newBlock();
    }
    block.addParts(key, keyStart, keyEnd, value, valueLength);
  };
  for (const _ of table.records(transaction)) {
    for (let done = full.shift(); done; done = full.shift()) {
      // leaving the loop closes the cursor, which must be gone before its transaction is
      if (!(await sender.send(done))) return { did: "end" };
    }
  }
  await sender.send(block);
  return { did: "end" };
}

async function close(): Promise<void> {
  sender.close();
  await walking;
  for (const transaction of held.values()) transaction.done();
  for (const database of databases.values()) await database.close();
  port.close();
}
