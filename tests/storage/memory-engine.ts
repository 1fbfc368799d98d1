// A second engine, in memory, small and slow: the proof that there is one door to records. What runs on it knows no LMDB.
//
// It holds its callers to what the door says: a look or an action may be called again, so each is called twice, and only the
// second time counts.

import { mkdir } from "node:fs/promises";
import { eachRecord } from "../../server/formats/snapshot/badger.js";
import { FlowgError } from "../../server/platform/errors.js";
import { restoredRecords } from "../../server/records/auth/auth-records.js";
import { limitRestored } from "../../server/records/auth/limit-restored.js";
import { demandAdministrators, demandNoClash } from "../../server/records/auth/restore-outcome.js";
import { segments, under } from "../../server/records/keys.js";
import type { DatabaseKind } from "../../server/records/kinds.js";
import { recordKind } from "../../server/records/records.js";
import type { KindCounts } from "../../server/records/reports.js";
import { hooksAtHand } from "../../server/storage/around-writes.js";
import { recordsNow } from "../../server/storage/auth-records.js";
import type { Changes, Database, PlaceState, Question } from "../../server/storage/database.js";
import { renewIndexes } from "../../server/storage/derived/renew-indexes.js";
import type { Applying, DatabasePlace, Engine, Merged } from "../../server/storage/engine.js";
import type { BlocksOptions, HeldInstant } from "../../server/storage/held-instant.js";
import { noteAccounts } from "../../server/storage/notes/account-history.js";
import { readMadeAt, writeMadeAt } from "../../server/storage/notes/made-at.js";
import { noteOffline } from "../../server/storage/notes/offline-events.js";
import { noteRestore } from "../../server/storage/notes/restore-history.js";
import { readMark, writeMark } from "../../server/storage/notes/restore-mark.js";
import { purgedAt } from "../../server/storage/notes/unfinished-work.js";
import { RecordChanges } from "../../server/storage/record-changes.js";
import type {
  CountedChanges,
  FoundValue,
  Instant,
  TableRange,
  WriteLedger,
  WriteTable,
} from "../../server/storage/tables.js";
import { pointOf } from "../../server/storage/tracking/state.js";
import { writtenSince } from "../../server/storage/tracking/written-since.js";
import { finishUnfinished } from "../../server/storage/unfinished/finish-unfinished.js";
import { rawBlocks } from "../formats/snapshot/make-snapshot.js";
import { changesBetween, takeBack } from "./memory-undo.js";

const nameOf = (key: Uint8Array): string => Buffer.from(key).toString("latin1");
const bytesOf = (name: string): Buffer => Buffer.from(name, "latin1");

class MemoryTable implements WriteTable {
  #sorted: string[] | undefined;

  constructor(readonly values = new Map<string, Buffer>()) {}

  copy(): MemoryTable {
    return new MemoryTable(new Map(this.values));
  }

  get(key: Uint8Array): Buffer | undefined {
    return this.values.get(nameOf(key));
  }

  find(key: Uint8Array): FoundValue | undefined {
    const value = this.get(key);
    return value && { value, isWhole: true };
  }

  has(key: Uint8Array): boolean {
    return this.values.has(nameOf(key));
  }

  *findRange({ start, end, reverse = false, limit }: TableRange = {}) {
    this.#sorted ??= [...this.values.keys()].sort();
    const [from, to] = [start && nameOf(start), end && nameOf(end)];
    const within = this.#sorted.filter(
      (name) => (from === undefined || name >= from) && (to === undefined || name < to),
    );
    if (reverse) within.reverse();
    for (const name of within.slice(0, limit))
      yield { key: bytesOf(name), value: this.values.get(name) as Buffer, isWhole: true };
  }

  range(range: TableRange = {}) {
    return this.findRange(range);
  }

  *keys(range: TableRange = {}) {
    for (const { key } of this.findRange(range)) yield key;
  }

  count(range: TableRange = {}): number {
    return [...this.findRange(range)].length;
  }

  put(key: Uint8Array, value: Uint8Array): FoundValue | undefined {
    const old = this.find(key);
    this.values.set(nameOf(key), Buffer.from(value));
    this.#sorted = undefined;
    return old;
  }

  putNew(key: Uint8Array, value: Uint8Array): void {
    if (this.put(key, value)) throw new Error("a key that was to be new is there");
  }

  remove(key: Uint8Array): FoundValue | undefined {
    const old = this.find(key);
    this.values.delete(nameOf(key));
    this.#sorted = undefined;
    return old;
  }
}

class MemoryTables {
  constructor(
    readonly records = new MemoryTable(),
    readonly derived = new MemoryTable(),
    readonly local = new MemoryTable(),
    readonly ledger = new MemoryLedger(),
  ) {}

  copy(): MemoryTables {
    return new MemoryTables(
      this.records.copy(),
      this.derived.copy(),
      this.local.copy(),
      this.ledger.copy(),
    );
  }
}

class MemoryLedger implements WriteLedger {
  #counted: CountedChanges | undefined;

  constructor(readonly writer: WriteLedger["writer"] = {}) {}

  copy(): MemoryLedger {
    const copy = new MemoryLedger(this.writer);
    copy.#counted = this.#counted;
    return copy;
  }

  read(): CountedChanges | undefined {
    return this.#counted;
  }

  write(counted: CountedChanges): void {
    this.#counted = counted;
  }
}

export class MemoryDatabase implements Database {
  tables = new MemoryTables();
  #version = 0;
  #excluding: Promise<unknown> | undefined;

  constructor(
    readonly kind: DatabaseKind,
    readonly dir: string,
  ) {
    writeMadeAt(this.tables.local);
  }

  async read<T>(look: (instant: Instant) => T): Promise<T> {
    look(this.tables);
    return look(this.tables);
  }

  async readKept<T>({ look }: Question<T>): Promise<T> {
    return await this.read(look);
  }

  async change<T>(action: (changes: Changes) => T): Promise<T> {
    const hooks = hooksAtHand();
    while (this.#excluding) await this.#excluding;
    const run = () =>
      this.#within((changes) => {
        for (const { before } of hooks) before?.(changes);
        const result = action(changes);
        for (const { after } of hooks) after?.(changes);
        return result;
      });
    run();
    return this.#keep(run());
  }

  /** What a transaction would leave; it changes nothing yet. */
  #within<T>(action: (changes: Changes) => T): { tables: MemoryTables; result: T } {
    const tables = this.tables.copy();
    const changes: RecordChanges = new RecordChanges({
      kind: this.kind,
      tables,
      at: (database) => (database === this ? changes : (database as MemoryDatabase).tables),
      keptAt: (database, { look }) => look(changes.at(database)),
    });
    const result = action(changes);
    changes.finish();
    return { tables, result };
  }

  #keep<T>({ tables, result }: { tables: MemoryTables; result: T }): T {
    this.tables = tables;
    this.#version++;
    return result;
  }

  async version(): Promise<number> {
    return this.#version;
  }

  async readVersioned<T>(look: (instant: Instant) => T): Promise<{ result: T; version: number }> {
    return { result: await this.read(look), version: this.#version };
  }

  async exclude<T>(work: () => Promise<T>): Promise<T> {
    let end = () => {};
    this.#excluding = new Promise<void>((resolve) => {
      end = resolve;
    });
    try {
      return await work();
    } finally {
      this.#excluding = undefined;
      end();
    }
  }

  excluded(): Promise<unknown> | undefined {
    return this.#excluding;
  }

  demandInPlace(): void {}

  async placeState(): Promise<PlaceState> {
    return "in place";
  }

  async demandSoundNotes(): Promise<void> {}

  async bytes(): Promise<number> {
    return 0;
  }

  async keepFound(): Promise<void> {}

  async close(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {}

  /** Merges record by record, through the door. */
  async apply(task: Applying, incoming: ReadonlyMap<string, Buffer>): Promise<Merged> {
    this.#demandVersion(task.onlyAfter);
    const version = this.#version;
    const done = this.#within((changes) => merge(changes, { ...task, kind: this.kind }, incoming));
    const { result, tables } = done;
    const undo = changesBetween(this.kind, this.tables, tables.records.values);
    if (task.mark === undefined) {
      if (task.undo) return result;
      let undoBytes = 0;
      for await (const { bytes } of undo) undoBytes += bytes.byteLength;
      return { ...result, undoBytes };
    }
    if (task.keep) {
      for await (const block of undo) await task.keep.take(block);
      await task.keep.finish();
      this.#demandVersion(version);
    }
    return this.#keep(done);
  }

  #demandVersion(version: number | undefined): void {
    if (version !== undefined && version !== this.#version)
      throw new FlowgError("CONFLICT", `the ${this.kind} database was changed meanwhile`);
  }
}

function merge(changes: Changes, task: Applying, incoming: ReadonlyMap<string, Buffer>): Merged {
  const { kind, mark, facts, auth, ifEmpty } = task;
  if (ifEmpty && changes.records.count({ limit: 1 }) > 0)
    throw new FlowgError("CONFLICT", `the ${kind} database was filled meanwhile`);
  const kinds: Merged["kinds"] = {};
  const counts = (key: Buffer): KindCounts => {
    const name = recordKind(kind, key);
    if (name === undefined) throw new Error(`a record of no kind: ${key}`);
    kinds[name] ??= { added: 0, overwritten: 0, unchanged: 0, kept: 0, removed: 0 };
    return kinds[name];
  };
  const before = kind === "auth" ? recordsNow(changes) : new Map<string, Buffer>();
  if (kind === "auth") noteAccounts(changes);
  const undone = task.undo && takeBack(changes, task, { given: incoming, counts });
  if (!task.undo) mergeAll(changes, task, { incoming, counts });
  if (kind === "auth") {
    const after = restoredRecords(recordsNow(changes), new Map(), { mode: "merge" });
    demandNoClash(after);
    demandAdministrators(before, after, auth ?? { allowNoAdmin: false });
    noteAccounts(changes);
    if (auth?.event) noteOffline(changes, auth.event);
  }
  if (kind === "logs") {
    // which fields are indexed may have changed after the entries came
    for (const key of changes.records.keys(under("stream")))
      renewIndexes(changes, segments(key)[1] ?? "");
    finishUnfinished(changes);
  }
  if (mark) writeMark(changes, mark);
  if (mark && facts) {
    const { run, at, order, of } = mark;
    noteRestore(changes, { ...facts, run, at, ...(order && { order }), of, kinds });
  }
  const none = { records: 0, items: [] };
  const merged: Merged = { kinds, damage: { mended: none, kept: none } };
  return undone ? { ...merged, undone } : merged;
}

/** What comes, record by record. */
function mergeAll(
  changes: Changes,
  { kind, mode, auth, ranges }: Applying,
  {
    incoming,
    counts,
  }: { incoming: ReadonlyMap<string, Buffer>; counts: (key: Buffer) => KindCounts },
): void {
  const rangeOf = (key: Buffer) =>
    ranges?.find(({ start, end }) => key.compare(start) >= 0 && key.compare(end) < 0);
  for (const key of [...changes.records.keys()]) {
    const range = rangeOf(key);
    if (incoming.has(nameOf(key)) || (ranges && !range)) continue;
    const goes = mode === "replace" && !range?.fillsIn;
    counts(key)[goes ? "removed" : "kept"]++;
    if (goes) changes.remove(key);
  }
  for (const [name, value] of incoming) {
    const key = bytesOf(name);
    if (ranges && !rangeOf(key)) throw new Error(`a record outside of the part: ${key}`);
    const old = changes.records.get(key);
    if (old?.equals(value)) counts(key).unchanged++;
    else if (old && rangeOf(key)?.fillsIn) counts(key).kept++;
    else {
      counts(key)[old ? "overwritten" : "added"]++;
      changes.put(key, kind === "auth" ? limitRestored({ key, value }, old, auth?.held) : value);
    }
  }
}

function held(databases: readonly MemoryDatabase[]): HeldInstant {
  const instants = new Map(databases.map(({ kind, tables }) => [kind, tables.copy()]));
  const recordsOf = (kind: DatabaseKind) => {
    const tables = instants.get(kind) as MemoryTables;
    const isGone = purgedAt(tables) ?? (() => false);
    return [...tables.records.range()].filter(({ key }) => !isGone(key));
  };
  const facts: HeldInstant["facts"] = {};
  for (const [kind, tables] of instants) {
    const records = recordsOf(kind);
    const bytes = records.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
    const tracking = pointOf(tables);
    facts[kind] = {
      ...(tracking && { tracking }),
      records: records.length,
      bytes,
      madeAt: readMadeAt(tables),
      mark: readMark(tables),
    };
  }
  return {
    at: new Date(),
    facts,
    blocks: (kind, { range }) => {
      const within = recordsOf(kind).filter(({ key }) => isWithin(key, range));
      return rawBlocks(within.length > 0 ? [within] : []);
    },
    writtenSince: async (kind, point) => writtenSince(instants.get(kind) as MemoryTables, point),
    recycle: () => {},
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}

const isWithin = (key: Buffer, { start, end }: NonNullable<BlocksOptions["range"]> = {}) =>
  (!start || key.compare(start) >= 0) && (!end || key.compare(end) < 0);

/** Its databases live as long as it does, also when they are closed. */
export function memoryEngine(): Engine {
  const databases = new Map<string, MemoryDatabase>();
  const at = ({ kind, dir }: DatabasePlace): MemoryDatabase => {
    const found = databases.get(dir);
    if (!found) throw new FlowgError("DATABASE_MISSING", `there is no ${kind} database in ${dir}`);
    return found;
  };
  const made = async (place: DatabasePlace): Promise<MemoryDatabase> => {
    await mkdir(place.dir, { recursive: true });
    const found = databases.get(place.dir) ?? new MemoryDatabase(place.kind, place.dir);
    databases.set(place.dir, found);
    return found;
  };
  return {
    isThere: async ({ dir }) => databases.has(dir),
    open: async (place, { mode }) => (mode === "create" ? made(place) : at(place)),
    serve: async ({ places }) => {
      const opened: [DatabaseKind, Database][] = [];
      for (const place of places) opened.push([place.kind, await made(place)]);
      return {
        databases: Object.fromEntries(opened) as unknown as Record<DatabaseKind, Database>,
        compact: async (database) => ({
          database,
          bytesBefore: 0,
          bytesAfter: 0,
          rewritten: false,
          seconds: 0,
        }),
        close: async () => {},
      };
    },
    hold: async (places) => held(places.map(at)),
    restorer: () => ({
      async apply(task) {
        const incoming = new Map<string, Buffer>();
        await task.feed(async (raw) => {
          const block = Buffer.from(raw);
          eachRecord(block, (keyStart, keyEnd, valueStart, valueEnd) => {
            const value = Buffer.from(block.subarray(valueStart, valueEnd));
            incoming.set(block.toString("latin1", keyStart, keyEnd), value);
          });
        });
        task.onFinishing?.();
        const database = task.mark ? await made(task) : databases.get(task.dir);
        return (database ?? new MemoryDatabase(task.kind, task.dir)).apply(task, incoming);
      },
      async [Symbol.asyncDispose]() {},
    }),
    bytes: async () => 0,
    demandWritable: async () => {},
    setAside: async () => {
      throw new Error("nothing here is ever damaged");
    },
    sweep: async () => {},
  };
}
