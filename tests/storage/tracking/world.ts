// Three databases to which anything may happen, and what was in them at each instant: what tracking says of two instants
// is compared with what differs between them.

import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { vi } from "vitest";
import { backupDirectories, restoreDirectories } from "../../../server/core.js";
import { compactDatabases } from "../../../server/engine/lmdb/compact.js";
import type { Environment } from "../../../server/engine/lmdb/environment.js";
import { beginRead } from "../../../server/engine/lmdb/last-commit.js";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { changeIn } from "../../../server/engine/lmdb/transact.js";
import { type KeyRange, under } from "../../../server/records/keys.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../../server/records/kinds.js";
import {
  encodeValue,
  entryKey,
  pipelineKey,
  roleKey,
  tokenKey,
  transformerKey,
  userKey,
} from "../../../server/records/records.js";
import type { TrackingPoint } from "../../../server/records/tracking-point.js";
import { firstPurge, purgedAt } from "../../../server/storage/notes/unfinished-work.js";
import { pointOf } from "../../../server/storage/tracking/state.js";
import { writtenSince } from "../../../server/storage/tracking/written-since.js";
import { stepPurge } from "../../../server/storage/unfinished/purge.js";
import { openLogStore } from "../../../server/stores/logs/store.js";
import type { Workspace } from "../../operations/offline/contents.js";
import { startCounting } from "../../processes/child.js";
import type { Random } from "./random.js";

export interface Moment {
  kind: DatabaseKind;
  /** What had happened last. */
  after: string;
  point: TrackingPoint | undefined;
  records: ReadonlyMap<string, string>;
}

const STREAMS = ["a", "a:b", "b", "ü"];
const FIELDS = ["level", "app", "host"];
const NAMES = ["one", "two", "three"];
const BEGAN = Date.parse("2026-01-01T00:00:00Z");

export class World {
  readonly moments: Moment[] = [];
  /** Answers that told something, and that it can't be told. */
  readonly answers = { told: 0, unclear: 0 };
  #databases: Partial<Record<DatabaseKind, Environment>> = {};
  #now = BEGAN;
  #copies: string[] = [];
  #backups: string[] = [];

  constructor(
    private readonly space: Workspace,
    private readonly random: Random,
  ) {}

  get #dirs() {
    return this.space.dirs("data");
  }

  async open(): Promise<void> {
    vi.setSystemTime(this.#now);
    for (const kind of DATABASE_KINDS)
      this.#databases[kind] ??= await openDatabase({ kind, dir: this.#dirs[kind], mode: "create" });
  }

  async close(): Promise<void> {
    for (const database of Object.values(this.#databases)) await database.close();
    this.#databases = {};
  }

  /** One thing happens. @returns what */
  async happen(): Promise<string> {
    const what = this.random.weighed(WEIGHTS);
    await this[what]();
    return what;
  }

  /** Notes what is there now, and compares it with earlier moments. */
  look(after: string): string[] {
    const faults: string[] = [];
    for (const kind of DATABASE_KINDS) {
      const database = this.#database(kind);
      const transaction = beginRead(database);
      try {
        const instant = database.at(transaction);
        const isGone = purgedAt(instant) ?? (() => false);
        const records = new Map<string, string>();
        for (const { key, value } of instant.records.range())
          if (!isGone(key)) records.set(key.toString("latin1"), value.toString("latin1"));
        const now: Moment = { kind, after, point: pointOf(instant), records };
        for (const then of this.#someEarlier(kind)) {
          const ranges = then.point && writtenSince(instant, then.point);
          this.answers[ranges ? "told" : "unclear"]++;
          const missed = ranges ? differences(then, now).filter((key) => !isIn(ranges, key)) : [];
          if (missed.length > 0)
            faults.push(`${kind}, from after ${then.after} to after ${after}: ${missed[0]}`);
        }
        this.moments.push(now);
      } finally {
        transaction.done();
      }
    }
    return faults;
  }

  #database(kind: DatabaseKind): Environment {
    const found = this.#databases[kind];
    if (!found) throw new Error(`${kind} is not open`);
    return found;
  }

  /** The last one, and some of all. */
  #someEarlier(kind: DatabaseKind): Moment[] {
    const all = this.moments.filter((moment) => moment.kind === kind);
    const some = Array.from({ length: Math.min(10, all.length) }, () => this.random.of(all));
    return [...all.slice(-1), ...some];
  }

  get #store() {
    return openLogStore(this.#database("logs"), { now: () => this.#now });
  }

  async ingest(): Promise<void> {
    const store = this.#store;
    const entries = Array.from({ length: this.random.upTo(12) }, () => ({
      stream: this.random.of(STREAMS),
      fields: { [this.random.of(FIELDS)]: String(this.random.upTo(5)) },
    }));
    await store.ingest(entries, this.#now);
    await store.close();
  }

  /** Puts entries of any time, also of one that can't be counted; some replace others. */
  async putOld(): Promise<void> {
    const times = [0, this.random.upTo(1e6), this.#now - this.random.upTo(1e9), 2 ** 53 - 1, 9e15];
    const uuid = `11111111-2222-4333-8444-00000000000${this.random.upTo(2)}`;
    const value = encodeValue({ timestamp: "2026-01-01T00:00:00Z", fields: { n: this.#text() } });
    await this.#database("logs").change((changes) => {
      for (let n = this.random.upTo(100); n > 0; n--)
        changes.put(entryKey(this.random.of(STREAMS), this.random.of(times), uuid), value);
    });
  }

  async removeEntries(): Promise<void> {
    await this.#database("logs").change((changes) => {
      for (const key of [...changes.records.keys()])
        if (this.random.upTo(6) === 1) changes.remove(key);
    });
  }

  async configure(): Promise<void> {
    const store = this.#store;
    const ttl = this.random.of([0, 60, 3600]);
    const indexed_fields = FIELDS.filter(() => this.random.upTo(2) === 1);
    await store.streams.configure(this.random.of(STREAMS), { ttl, size: 0, indexed_fields });
    await store.close();
  }

  async deleteStream(): Promise<void> {
    const store = this.#store;
    await store.streams.delete(this.random.of(STREAMS)).catch(() => {});
    await store.close();
  }

  async purgeStep(): Promise<void> {
    await this.#database("logs").change((changes) => {
      const stream = firstPurge(changes);
      if (stream !== undefined) stepPurge(changes, stream);
    });
  }

  /** Retention, purges, indexes. */
  async finishWork(): Promise<void> {
    const store = this.#store;
    await store.finishWork();
    await store.close();
  }

  async accounts(): Promise<void> {
    const [name, uuid] = [this.random.of(NAMES), "11111111-2222-4333-8444-555555555555"];
    await this.#database("auth").change((changes) => {
      const records = {
        role: [roleKey(name), encodeValue({ scopes: [this.#text()] })],
        user: [userKey(name), encodeValue({ passwordHash: this.#text(), roles: [] })],
        token: [tokenKey(name, uuid), encodeValue({ sha256: this.#text().padStart(64, "0") })],
      } as const;
      const [key, value] = records[this.random.of(["role", "user", "token"] as const)];
      if (this.random.upTo(3) === 1) changes.remove(key);
      else changes.put(key, value);
    });
  }

  async configuration(): Promise<void> {
    await this.#database("config").change((changes) => {
      const keyOf = this.random.of([pipelineKey, transformerKey]);
      const key = keyOf(this.random.of(NAMES));
      if (this.random.upTo(3) === 1) changes.remove(key);
      else changes.put(key, this.#json());
    });
  }

  /** Ends an epoch as a server does before a backup. */
  async endEpoch(): Promise<void> {
    const kind = this.random.of(DATABASE_KINDS);
    await this.#database(kind).change((changes) => changes.endEpoch());
  }

  /** An action that fails once it has written: what it wrote stays. */
  async failing(): Promise<void> {
    const writing = this.#database("config").change((changes) => {
      changes.put(pipelineKey("one"), this.#json());
      throw new Error("on purpose");
    });
    await writing.catch(() => {});
  }

  /** Something comes in one stream, and something goes in another. */
  async mixed(): Promise<void> {
    const [one, other] = [this.random.of(STREAMS), this.random.of(STREAMS)];
    await this.#database("logs").change((changes) => {
      for (const key of [...changes.records.keys(under("entry", other))].slice(0, 2))
        changes.remove(key);
      changes.put(this.#entryNow(one), this.#json());
    });
  }

  /** A transaction that is undone, and then done all the same. */
  async undone(): Promise<void> {
    const database = this.#database("logs");
    const key = this.#entryNow(this.random.of(STREAMS));
    const put = () => changeIn(database, (changes) => changes.put(key, this.#json()));
    try {
      database.records.transactionSync(() => {
        put();
        throw new Error("on purpose");
      });
    } catch {}
    this.look("what was undone");
    if (this.random.upTo(2) === 1) database.records.transactionSync(put);
  }

  /** Writes like a version that tracks nothing: past the door, with the sum of the records. */
  async unmarked(): Promise<void> {
    const { records } = this.#database("config");
    records.transactionSync(() => records.put(pipelineKey("two"), this.#json()));
  }

  async passTime(): Promise<void> {
    this.#now += this.random.of([1, 3_000, 11_000, 70_000, 4_000_000]);
    vi.setSystemTime(this.#now);
  }

  async clockBack(): Promise<void> {
    this.#now -= this.random.of([1_000, 50_000, 5_000_000]);
    vi.setSystemTime(this.#now);
  }

  async reopen(): Promise<void> {
    await this.close();
    await this.open();
  }

  async copy(): Promise<void> {
    const name = join(this.space.path, `copy-${this.#copies.length}`);
    for (const kind of DATABASE_KINDS)
      await cp(join(this.#dirs[kind], "data.mdb"), join(name, kind, "data.mdb"));
    this.#copies.push(name);
  }

  /** An older copy is taken up again, of some databases. */
  async takeUpCopy(): Promise<void> {
    if (this.#copies.length === 0) return;
    const copy = this.random.of(this.#copies);
    await this.close();
    for (const kind of DATABASE_KINDS) {
      if (this.random.upTo(3) === 1) continue;
      await rm(this.#dirs[kind], { recursive: true });
      await cp(join(copy, kind), this.#dirs[kind], { recursive: true });
    }
    await this.open();
  }

  async compact(): Promise<void> {
    await this.close();
    const databases = DATABASE_KINDS.map((kind) => ({ kind, dir: this.#dirs[kind] }));
    const { signal } = new AbortController();
    await compactDatabases({
      databases,
      signal,
      onProgress: () => {},
      onCompacted: () => {},
    });
    await this.open();
  }

  async backUp(): Promise<void> {
    const backupDir = join(this.space.path, `backup-${this.#backups.length}`);
    await backupDirectories({ dirs: this.#dirs, backupDir });
    this.#backups.push(backupDir);
  }

  async restore(): Promise<void> {
    if (this.#backups.length === 0) return this.backUp();
    await this.close();
    await restoreDirectories({
      dirs: this.#dirs,
      backupDir: this.random.of(this.#backups),
      mode: this.random.of(["merge", "replace"]),
      dryRun: this.random.upTo(4) === 1,
      only: [this.random.of(DATABASE_KINDS)],
      allowNoAdmin: true,
    });
    await this.open();
  }

  /** Another process writes to all three, and is killed. */
  async killed(): Promise<void> {
    if (this.random.upTo(2) === 1) await this.close();
    {
      await using _ = await startCounting(this.#dirs);
      await setTimeout(this.random.upTo(60));
    }
    await this.open();
  }

  #entryNow(stream: string): Buffer {
    return entryKey(stream, this.#now, "11111111-2222-4333-8444-666666666666");
  }

  /** The JSON of an entry, or of anything else. */
  #json(): Buffer {
    const fields = { text: this.#text() };
    return Buffer.from(JSON.stringify({ timestamp: "2026-01-01T00:00:00Z", fields }));
  }

  #text(): string {
    return String(this.random.upTo(1e9));
  }
}

/** How often it happens. */
const WEIGHTS = {
  ingest: 30,
  putOld: 8,
  removeEntries: 6,
  configure: 5,
  deleteStream: 6,
  purgeStep: 12,
  finishWork: 6,
  accounts: 12,
  configuration: 10,
  endEpoch: 6,
  failing: 3,
  mixed: 12,
  undone: 6,
  unmarked: 1,
  passTime: 20,
  clockBack: 3,
  reopen: 4,
  copy: 4,
  takeUpCopy: 4,
  compact: 1,
  backUp: 1,
  restore: 1.5,
  killed: 0.3,
};

function differences(then: Moment, now: Moment): string[] {
  const keys = new Set([...then.records.keys(), ...now.records.keys()]);
  return [...keys].filter((key) => then.records.get(key) !== now.records.get(key));
}

const isIn = (ranges: readonly KeyRange[], name: string): boolean => {
  const key = Buffer.from(name, "latin1");
  return ranges.some(({ start, end }) => key.compare(start) >= 0 && key.compare(end) < 0);
};
