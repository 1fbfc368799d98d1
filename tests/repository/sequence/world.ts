// Databases and repositories to which anything may happen, and a model of what each snapshot has to hold. What is wrong is
// thrown, and a seed brings the same again.

import { createHash } from "node:crypto";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { lmdb } from "../../../server/engine/lmdb.js";
import { restoreDirectories } from "../../../server/operations/offline/restore.js";
import { backupToRepositories } from "../../../server/operations/repository/backup.js";
import { forgetSnapshots } from "../../../server/operations/repository/forget.js";
import {
  databasesIn,
  openSnapshot,
  snapshotSet,
  sourceOf,
} from "../../../server/operations/repository/open-snapshot.js";
import { pruneRepository } from "../../../server/operations/repository/prune.js";
import { FlowgError } from "../../../server/platform/errors.js";
import type { DatabaseKind } from "../../../server/records/kinds.js";
import {
  alertKey,
  encodeValue,
  entryKey,
  fieldKey,
  pipelineKey,
  roleKey,
  streamKey,
  tokenKey,
  transformerKey,
  userKey,
} from "../../../server/records/records.js";
import { checkRepository } from "../../../server/repository/check/check.js";
import { readManifest, type StoredSnapshot } from "../../../server/repository/manifest-objects.js";
import type { Repository } from "../../../server/repository/repository.js";
import { Calendar } from "../../../server/repository/retention/calendar.js";
import { listSnapshots } from "../../../server/repository/snapshots.js";
import type { Changes, Database } from "../../../server/storage/database.js";
import { getPurge } from "../../../server/storage/notes/unfinished-work.js";
import { beginPurge, stepPurge } from "../../../server/storage/unfinished/purge.js";
import { stepRetention } from "../../../server/stores/logs/retention.js";
import type { Workspace } from "../../operations/offline/contents.js";
import { readContents } from "../../operations/offline/contents.js";
import type { Random } from "../../storage/tracking/random.js";
import { listed } from "../places/law.js";
import { recordsIn } from "../records-in.js";
import { PASSWORD_HASH } from "../served.js";
import type { ClockedPlace } from "./clocked-place.js";
import {
  type Databases,
  databaseOf,
  difference,
  hasPart,
  KINDS,
  Model,
  type Selecting,
  wordOf,
} from "./model.js";

/** A repository, as the server has it and as a reader with an identity has it. */
export interface Given {
  place: ClockedPlace;
  server: Repository;
  reader: Repository;
}

/** What the model knows of a snapshot. */
interface Known {
  host: string;
  createdAt: string;
  databases: Databases;
}

interface Kept extends Given {
  keyFilePath: string;
  snapshots: Map<string, Known>;
}

const STREAMS = ["app", "app:b", "web"];
const NAMES = ["one", "two", "three"];
const HOSTS = ["web-1", "web-1", "web-1", "db-1"];
const BEGAN = Date.parse("2026-11-01T00:00:00Z");
const UUID = "11111111-2222-4333-8444-";
const HOUR = 3_600_000;
const MOST_REQUESTS = 30;

/** How often it happens. */
const WEIGHTS = {
  write: 24,
  removeEntries: 8,
  accounts: 8,
  configuration: 8,
  age: 5,
  size: 4,
  deleteStream: 4,
  purgeStep: 6,
  passTime: 12,
  backUp: 22,
  cutBackup: 6,
  backUpBesidePrune: 4,
  restore: 5,
  restorePart: 7,
  forget: 8,
  cutForget: 3,
  prune: 8,
  cutPrune: 3,
  loseCache: 2,
};

export class World {
  readonly #model = new Model();
  readonly #repositories: Kept[];
  #databases: Partial<Record<DatabaseKind, Database>> = {};
  #now: number;
  #count = 0;
  /** How much of what is worth seeing there was. */
  readonly seen = { snapshots: 0, restores: 0, removed: 0, cut: 0 };

  /**
   * @param steps by how much the clock goes on, milliseconds
   */
  constructor(
    private readonly space: Workspace,
    private readonly random: Random,
    given: readonly Given[],
    private readonly time: { begins: number; steps: readonly number[] },
  ) {
    this.#now = time.begins;
    for (const { place } of given) place.now = time.begins;
    this.#repositories = given.map((one, index) => ({
      ...one,
      keyFilePath: join(space.path, `key-${index}.json`),
      snapshots: new Map(),
    }));
  }

  async open(): Promise<void> {
    vi.setSystemTime(this.#now);
    for (const kind of KINDS)
      this.#databases[kind] ??= await lmdb.open(
        { kind, dir: this.#dirs[kind] },
        { mode: "create" },
      );
  }

  async close(): Promise<void> {
    for (const database of Object.values(this.#databases)) await database.close();
    this.#databases = {};
  }

  /** Something to begin with. */
  async begin(): Promise<void> {
    await this.#put("app", 0, 7_000);
    await this.#put("web", 0, 1_500);
    for (let n = 0; n < 6; n++) {
      await this.accounts();
      await this.configuration();
    }
  }

  async happen(): Promise<string> {
    const what = this.random.weighed(WEIGHTS);
    // two snapshots of one instant are told apart by their ids alone
    this.#pass(1);
    await this[what]();
    return what;
  }

  get #dirs() {
    return this.space.dirs("data");
  }

  #pass(ms: number): void {
    this.#now += ms;
    vi.setSystemTime(this.#now);
    for (const { place } of this.#repositories) place.now += ms;
  }

  async passTime(): Promise<void> {
    this.#pass(this.random.of(this.time.steps));
    for (const { place } of this.#repositories)
      place.now += this.random.of([0, HOUR, 5 * HOUR, 25 * HOUR]);
  }

  // What writes.

  #change(kind: DatabaseKind, action: (changes: Changes) => void): Promise<void> {
    return (this.#databases[kind] as Database).change(action);
  }

  async #put(stream: string, from: number, count: number): Promise<void> {
    await this.#endPurge(stream);
    await this.#change("logs", (changes) => {
      const put = (key: Buffer, value: Buffer) => {
        changes.put(key, value);
        this.#model.put("logs", key, value);
      };
      put(streamKey(stream), encodeValue({ ttl: 0, size: 0, indexed_fields: [] }));
      for (const field of ["level", `field-${this.random.upTo(4)}`])
        put(fieldKey(stream, field), Buffer.alloc(0));
      for (let n = from; n < from + count; n++) {
        const fields = { level: this.random.of(["info", "error"]), text: this.#text() };
        const value = encodeValue({ timestamp: new Date(BEGAN + n * 1000).toISOString(), fields });
        put(entryKey(stream, BEGAN + n * 1000, UUID + String(n).padStart(12, "0")), value);
      }
    });
  }

  async write(): Promise<void> {
    const count = this.random.upTo(this.random.of([3, 60, 900]));
    await this.#put(this.random.of(STREAMS), this.random.upTo(16_000), count);
  }

  async removeEntries(): Promise<void> {
    const entries = this.#model.entriesOf(this.random.of(STREAMS));
    const first = this.random.upTo(entries.length + 1) - 1;
    const gone = entries.slice(first, first + this.random.upTo(this.random.of([2, 2_000])));
    await this.#change("logs", (changes) => {
      for (const { key } of gone) changes.remove(Buffer.from(key, "hex"));
    });
    for (const { key } of gone) this.#model.databases.logs.delete(key);
  }

  async accounts(): Promise<void> {
    const [name, number] = [this.random.of(NAMES), String(this.random.upTo(3)).padStart(12, "0")];
    const sha256 = createHash("sha256")
      .update(String(this.#count++))
      .digest("hex");
    const records: [Buffer, Buffer][] = [
      [roleKey(name), encodeValue({ scopes: [this.#text().slice(0, 8)] })],
      [userKey(name), encodeValue({ passwordHash: PASSWORD_HASH, roles: [this.random.of(NAMES)] })],
      [tokenKey(name, UUID + number), encodeValue({ sha256 })],
    ];
    await this.#putOrRemove("auth", this.random.of(records));
  }

  async configuration(): Promise<void> {
    const keyOf = this.random.of([pipelineKey, transformerKey, alertKey]);
    const value = Buffer.from(JSON.stringify({ text: this.#text() }));
    await this.#putOrRemove("config", [keyOf(this.random.of(NAMES)), value]);
  }

  async #putOrRemove(kind: DatabaseKind, [key, value]: [Buffer, Buffer]): Promise<void> {
    const goes = this.random.upTo(4) === 1;
    await this.#change(kind, (changes) => {
      if (goes) changes.remove(key);
      else changes.put(key, value);
    });
    if (goes) this.#model.remove(kind, key);
    else this.#model.put(kind, key, value);
  }

  /** Retention by age. */
  async age(): Promise<void> {
    const stream = this.random.of(STREAMS);
    const [ttl, now] = [3_600, BEGAN + this.random.upTo(12_000) * 1000];
    await this.#limit(stream, { ttl, size: 0 }, now);
    this.#model.expire(stream, now - ttl * 1000);
  }

  /** Retention by size. */
  async size(): Promise<void> {
    const stream = this.random.of(STREAMS);
    await this.#limit(stream, { ttl: 0, size: 1 }, BEGAN);
    this.#model.shrink(stream, 1024 * 1024);
  }

  async #limit(stream: string, limits: { ttl: number; size: number }, now: number) {
    await this.#endPurge(stream);
    const [key, value] = [streamKey(stream), encodeValue({ ...limits, indexed_fields: [] })];
    await this.#change("logs", (changes) => changes.put(key, value));
    this.#model.put("logs", key, value);
    for (let more = true; more; ) {
      await this.#change("logs", (changes) => {
        more = stepRetention(changes, stream, now).more;
      });
    }
  }

  async deleteStream(): Promise<void> {
    const stream = this.random.of(STREAMS);
    await this.#endPurge(stream);
    await this.#change("logs", (changes) => beginPurge(changes, stream));
    this.#model.deleteStream(stream);
  }

  async purgeStep(): Promise<void> {
    await this.#change("logs", (changes) => stepPurge(changes, this.random.of(STREAMS)));
  }

  async #endPurge(stream: string): Promise<void> {
    await this.#change("logs", (changes) => {
      while (getPurge(changes, stream)) stepPurge(changes, stream);
    });
  }

  #text(): string {
    const parts = Array.from({ length: 24 }, () => this.random.upTo(1e9).toString(36));
    return parts.join("");
  }

  // What is done with repositories.

  get #one(): Kept {
    return this.random.of(this.#repositories);
  }

  async backUp(): Promise<void> {
    const targets = this.random.upTo(4) === 1 ? this.#repositories : [this.#one];
    await this.#backUp(targets);
  }

  async #backUp(targets: readonly Kept[]): Promise<void> {
    const only = this.random.upTo(4) === 1 ? [this.random.of(KINDS)] : undefined;
    const host = this.random.of(HOSTS);
    const databases = this.#model.instant(only ?? KINDS);
    const report = await backupToRepositories(
      {
        dirs: this.#dirs,
        tags: [],
        host,
        only,
        allowShrink: true,
        full: this.random.upTo(8) === 1,
        repositories: targets.map(({ server, keyFilePath }) => ({
          repository: server,
          keyFilePath,
        })),
      },
      lmdb,
    ).catch(async (error) => {
      // its manifest may be there
      for (const target of targets) await this.#takeNew(target, { host, databases });
      throw error;
    });
    expect(report.notes).toEqual([]);
    for (const target of targets) {
      const known = { host, createdAt: report.createdAt, databases };
      target.snapshots.set(report.setId, known);
      await this.#demandRight(target, report.setId);
      this.seen.snapshots++;
    }
  }

  async #takeNew(target: Kept, known: Omit<Known, "createdAt">): Promise<void> {
    target.place.requestsLeft = Number.POSITIVE_INFINITY;
    for (const { setId, createdAt } of await listSnapshots(target.reader))
      if (!target.snapshots.has(setId)) target.snapshots.set(setId, { ...known, createdAt });
  }

  /** The way to the place ends at a request, as if the machine had lost its network, or died. */
  async #cut(one: Kept, work: () => Promise<void>): Promise<void> {
    one.place.requestsLeft = this.random.upTo(MOST_REQUESTS);
    try {
      await work();
    } catch (error) {
      if (!(error instanceof FlowgError) || error.code !== "REPOSITORY_UNAVAILABLE") throw error;
      this.seen.cut++;
    }
    one.place.requestsLeft = Number.POSITIVE_INFINITY;
    // until its lock is stale
    one.place.now += 180_000;
    await this.#demandWhole(one);
  }

  async cutBackup(): Promise<void> {
    const one = this.#one;
    await this.#cut(one, () => this.#backUp([one]));
  }

  async backUpBesidePrune(): Promise<void> {
    const one = this.#one;
    const pruning = pruneRepository(one.reader, { graceMs: 0, allowRemoveAll: true, batch: 1 });
    const [backup, prune] = await Promise.allSettled([this.#backUp([one]), pruning]);
    for (const { reason } of [backup, prune] as PromiseRejectedResult[]) if (reason) throw reason;
    await this.#demandWhole(one);
  }

  async restore(): Promise<void> {
    const [one, setId, known] = this.#someSnapshot();
    if (!known) return;
    const mode = this.random.of(["merge", "replace"] as const);
    await this.#restore(one, setId, { mode, only: kindsOf(known) });
    this.#model.restore(known.databases, mode);
    await this.#demandAsModel();
  }

  async restorePart(): Promise<void> {
    const [one, setId, known] = this.#someSnapshot();
    const part = this.#part();
    if (!known?.databases[databaseOf(part)]) return;
    const mode = this.random.of(["merge", "replace"] as const);
    const restoring = this.#restore(one, setId, { mode, select: [wordOf(part)] });
    if (hasPart(known.databases, part)) {
      await restoring;
      this.#model.restorePart(known.databases, mode, part);
    } else {
      await expect(restoring).rejects.toMatchObject({ code: "NOT_FOUND" });
    }
    await this.#demandAsModel();
  }

  #part(): Selecting {
    const kinds = ["role", "user", "pipeline", "transformer", "alert", "stream", "stream"] as const;
    const kind = this.random.of(kinds);
    if (kind !== "stream") return { kind, name: this.random.of(NAMES) };
    const name = this.random.of(STREAMS);
    if (this.random.upTo(2) === 1) return { kind, name };
    const from = BEGAN + this.random.upTo(16_000) * 1000;
    return { kind, name, time: [from, from + this.random.upTo(4_000) * 1000] };
  }

  #someSnapshot(): [Kept, string, Known | undefined] {
    const one = this.#one;
    const ids = [...one.snapshots.keys()];
    const setId = ids.length === 0 ? "" : this.random.of(ids);
    return [one, setId, one.snapshots.get(setId)];
  }

  async #restore(
    { reader }: Kept,
    snapshot: string,
    how: { mode: "merge" | "replace"; only?: DatabaseKind[]; select?: string[] },
    dirs = this.#dirs,
  ): Promise<void> {
    await this.close();
    const opened = await openSnapshot([{ repository: reader }], { snapshot });
    const from = snapshotSet(opened);
    const always = { dirs, backupDir: "", dryRun: false, allowNoAdmin: true };
    await restoreDirectories({ ...always, ...how, from }, lmdb).finally(() => this.open());
    this.seen.restores++;
  }

  async forget(one = this.#one): Promise<void> {
    const ids = [...one.snapshots.keys()];
    if (ids.length === 0) return;
    const often = this.random.upTo(3);
    const which = this.random.of(["last", "daily", "id"] as const);
    const kept = which === "id" ? ids.slice(1) : keptOf(one.snapshots, which, often);
    const thinning = {
      policy: { [which]: often },
      calendar: new Calendar("UTC"),
      groupings: ["host"] as const,
      hosts: [],
      tags: [],
      allowRemoveAll: false,
    };
    const options = which === "id" ? { ids: ids.slice(0, 1) } : { thinning };
    await forgetSnapshots(one.reader, options).catch(async (error) => {
      one.place.requestsLeft = Number.POSITIVE_INFINITY;
      const left = (await listSnapshots(one.reader)).map(({ setId }) => setId);
      for (const id of kept) expect(left).toContain(id);
      for (const id of ids) if (!left.includes(id)) one.snapshots.delete(id);
      throw error;
    });
    for (const id of ids) if (!kept.includes(id)) one.snapshots.delete(id);
    await this.#demandWhole(one);
  }

  async cutForget(): Promise<void> {
    const one = this.#one;
    await this.#cut(one, () => this.forget(one));
  }

  async prune(one = this.#one): Promise<void> {
    const graceMs = this.random.of([0, HOUR, 24 * HOUR]);
    const batch = this.random.of([1, 100]);
    const report = await pruneRepository(one.reader, { graceMs, batch, allowRemoveAll: true });
    expect(report.missing).toEqual([]);
    this.seen.removed += report.removed.objects;
    const named = await this.#demandWhole(one);
    for (const { path, storedAt } of await listed(one.place)) {
      const name = /^segments\/..\/([0-9a-f]{64})/.exec(path)?.[1];
      const isNamed = name === undefined ? !path.startsWith("locks/") : named.has(name);
      const age = one.place.now - storedAt.getTime();
      if (!isNamed && age >= graceMs) expect.fail(`${path} outlives the grace period`);
    }
  }

  async cutPrune(): Promise<void> {
    const one = this.#one;
    await this.#cut(one, () => this.prune(one));
  }

  /** What a server knows of its last backup. */
  async loseCache(): Promise<void> {
    const one = this.#one;
    one.keyFilePath = join(this.space.path, `${this.#count++}`, "key.json");
  }

  // What must hold.

  /** @returns the segments that its snapshots name; all are there, and the snapshots are those that should be */
  async #demandWhole(one: Kept): Promise<Set<string>> {
    const { reader, snapshots } = one;
    const refs = await listSnapshots(reader);
    expect(refs.map(({ setId }) => setId).sort()).toEqual([...snapshots.keys()].sort());
    const paths = (await listed(one.place)).map(({ path }) => path);
    const there = new Set(paths.map((path) => /([0-9a-f]{64})\.zst/.exec(path)?.[1]));
    const named = await this.#namesIn(one, refs);
    for (const name of named) if (!there.has(name)) expect.fail(`the segment ${name} is missing`);
    for (const { signaturePath } of refs) expect(paths).toContain(signaturePath);
    return named;
  }

  async #namesIn({ reader }: Kept, refs: readonly StoredSnapshot[]): Promise<Set<string>> {
    const named = new Set<string>();
    for (const { path } of refs) {
      const manifest = await readManifest(reader, path, { demandSigned: true });
      for (const { segments } of Object.values(manifest?.databases ?? {}))
        for (const { name } of segments) named.add(name);
    }
    return named;
  }

  /** Fails unless a snapshot holds what the model says. */
  async #demandRight({ reader, snapshots }: Kept, setId: string): Promise<void> {
    const opened = await openSnapshot([{ repository: reader }], { snapshot: setId });
    const found: Databases = {};
    for (const kind of databasesIn(opened))
      found[kind] = await recordsIn(sourceOf(opened, kind), kind);
    const wrong = difference(found, (snapshots.get(setId) as Known).databases);
    if (wrong !== undefined) expect.fail(`the snapshot ${setId}: ${wrong}`);
  }

  /** Fails unless the databases hold what the model says. */
  async #demandAsModel(): Promise<void> {
    for (const stream of STREAMS) await this.#endPurge(stream);
    await this.close();
    const wrong = difference(await contentsAt(this.#dirs), this.#model.databases);
    await this.open();
    if (wrong !== undefined) expect.fail(`after a restore: ${wrong}`);
  }

  /** Looks at the end at all snapshots, at one of each repository by a whole restore, and at what a check says. */
  async end(): Promise<void> {
    for (const one of this.#repositories) {
      const named = await this.#demandWhole(one);
      const report = await checkRepository(one.reader, { readShare: 1 });
      expect(report).toMatchObject({ unreadable: [], lost: [], unknown: expect.any(Array) });
      expect(report).toMatchObject({ segments: named.size, snapshots: one.snapshots.size });
      for (const setId of one.snapshots.keys()) await this.#demandRight(one, setId);
      const [setId] = one.snapshots.keys();
      if (setId === undefined) continue;
      const { databases } = one.snapshots.get(setId) as Known;
      const dirs = this.space.dirs(`restored-${this.#count++}`);
      await this.#restore(one, setId, { mode: "replace", only: kindsOf({ databases }) }, dirs);
      const kinds = kindsOf({ databases });
      const wrong = difference(await contentsAt(dirs, kinds), databases);
      if (wrong !== undefined) expect.fail(`the restored ${setId}: ${wrong}`);
    }
  }
}

const kindsOf = ({ databases }: Pick<Known, "databases">): DatabaseKind[] =>
  KINDS.filter((kind) => databases[kind]);

async function contentsAt(
  dirs: Record<DatabaseKind, string>,
  kinds: readonly DatabaseKind[] = KINDS,
) {
  const found: Databases = {};
  for (const kind of kinds) {
    const { contents, derived, expected } = await readContents(kind, dirs[kind]);
    expect(derived).toEqual(expected);
    found[kind] = new Map(contents);
  }
  return found;
}

/** The newest of each host, or the newest of each day. */
function keptOf(
  snapshots: ReadonlyMap<string, Known>,
  which: "last" | "daily",
  count: number,
): string[] {
  const kept: string[] = [];
  for (const host of new Set(HOSTS)) {
    const own = [...snapshots].filter(([, known]) => known.host === host);
    own.sort(([, a], [, b]) => (a.createdAt < b.createdAt ? 1 : -1));
    const days = new Set<string>();
    for (const [index, [setId, { createdAt }]] of own.entries()) {
      const day = createdAt.slice(0, 10);
      const isKept = which === "last" ? index < count : !days.has(day) && days.size < count;
      // a rule that has some left keeps the oldest as well
      const isOldest = index === own.length - 1 && which === "daily" && days.size < count;
      if (isKept || isOldest) kept.push(setId);
      if (isKept) days.add(day);
    }
  }
  return kept;
}
