// A server's databases with a continuous backup, and a model that records what they hold after each step.

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lmdb } from "../../../server/engine/lmdb.js";
import { BlockBuilder } from "../../../server/formats/snapshot/badger.js";
import {
  ContinuousBackup,
  type ContinuousOptions,
} from "../../../server/operations/continuous/continuous.js";
import type { ContinuousState } from "../../../server/operations/continuous/state.js";
import { backUpServed } from "../../../server/operations/repository/backup-served.js";
import {
  openReachable,
  type ReachableRepositories,
} from "../../../server/operations/repository/open-reachable.js";
import {
  type OpenedSnapshot,
  openSnapshot,
  type StateWish,
  sourceOf,
} from "../../../server/operations/repository/open-snapshot.js";
import { newMark } from "../../../server/operations/restore/in-turn.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../../server/records/kinds.js";
import {
  alertKey,
  encodeValue,
  entryKey,
  fieldKey,
  pipelineKey,
  roleKey,
  streamKey,
} from "../../../server/records/records.js";
import type { Changes } from "../../../server/storage/database.js";
import type { ServedDatabases } from "../../../server/storage/engine.js";
import { finishUnfinished } from "../../../server/storage/unfinished/finish-unfinished.js";
import { beginPurge, stepPurge } from "../../../server/storage/unfinished/purge.js";
import { removeOldest } from "../../../server/storage/unfinished/remove-entries.js";
import { type Workspace, workspace } from "../../operations/offline/contents.js";
import { recordsIn } from "../records-in.js";
import { keysOf, newRepository, openServed, ROOT } from "../served.js";

export type Model = Record<DatabaseKind, Map<string, string>>;

/**
 * What the databases held at an instant. They made no commit in that millisecond or in the one before it, except those that this
 * includes.
 */
export interface Moment {
  at: Date;
  /** When the step began. */
  began: Date;
  /** The step that led there. */
  step: string;
  model: Model;
}

export interface World extends AsyncDisposable {
  space: Workspace;
  live: ServedDatabases;
  url: string;
  /** The first repository's URL for readers. */
  place: string;
  /** Of all repositories. */
  urls: string[];
  continuous: ContinuousBackup;
  model: Model;
  moments: Moment[];
  errors: string[];
  /** What else was told of destinations. */
  told: string[];
  snapshots: number;
  restart(): Promise<void>;
  /** The state of a destination. */
  state(index?: number): ContinuousState;
  settled(index?: number): Promise<void>;
  /** Takes one as a job does, in all repositories. */
  snapshot(): Promise<void>;
  /** Opens repositories with their identities. @param from the first repository unless given */
  open(from?: number[]): Promise<ReachableRepositories>;
  /** @param from the first repository unless given */
  read(wish: StateWish, from?: number[]): Promise<{ opened: OpenedSnapshot; model: Model }>;
}

export interface WorldOptions extends Partial<ContinuousOptions> {
  /** Milliseconds between two scheduled snapshots. */
  snapshotMs?: number;
  /** The number of repositories besides the first. */
  copies?: number;
  /** The URL of the first: where the server goes, and where readers go. A directory of its own unless given. */
  place?: { url: string; readers: string };
  /** Another server that stores in the same repository. */
  beside?: World;
  /** Its name in snapshots and deltas: `here` unless given. */
  host?: string;
  /** The only repository isn't encrypted. */
  unencrypted?: boolean;
}

export async function world({
  snapshotMs,
  copies = 0,
  beside,
  place,
  host = "here",
  unencrypted = false,
  ...more
}: WorldOptions = {}): Promise<World> {
  const space = await workspace();
  const dir = join(beside?.space.path ?? space.path, "off-site");
  const url = place?.url ?? dir;
  const others: string[] = [];
  for (let n = 1; n <= copies; n++) others.push(`${dir}-${n}`);
  const repositories = await Promise.all([
    beside ? keysOf(dir) : newRepository(place?.readers ?? url, dir, { unencrypted }),
    ...others.map((one) => newRepository(one)),
  ]);
  const withKeys = unencrypted ? [] : repositories;
  const identityFiles = withKeys.map(({ identity }) => identity);
  const keyFiles = withKeys.map(({ keyFile }) => keyFile);
  const live = await openServed(space.dirs("data"));
  let snapshot: Promise<void> | undefined;
  /** Makes a snapshot as a job does. */
  const makeSnapshot = async (): Promise<void> => {
    const stored = at.continuous.snapshotBegins();
    const reached = await openReachable({ urls: [url, ...others], keyFiles });
    try {
      const report = await backUpServed(
        { engine: lmdb, databases: live.databases, onReader: () => () => {} },
        { repositories: reached.given, host, tags: [] },
      );
      at.snapshots++;
      for (const [index, one] of report.repositories.entries())
        if (!("failed" in one)) await stored(destinations[index]?.name ?? "");
    } finally {
      await reached[Symbol.asyncDispose]();
    }
  };
  const snapshotOnce = (): boolean => {
    if (snapshot) return false;
    snapshot = makeSnapshot()
      .catch((error) => void at.errors.push(`a snapshot: ${(error as Error).message}`))
      .finally(() => {
        snapshot = undefined;
      });
    return true;
  };
  const destinations = [url, ...others].map((one, index) => ({ name: `to-${index}`, url: one }));
  const begin = async () => {
    const continuous = new ContinuousBackup({
      databases: live.databases,
      destinations,
      keyFiles,
      host,
      limit: 64 * 1024 * 1024,
      everyMs: 25,
      longestPauseMs: 200,
      heartbeatMs: 200,
      makeSnapshot: snapshotOnce,
      observer: {
        failed: (_, error) => void at.errors.push((error as Error).message),
        recovered: (name) => void at.told.push(`${name} recovered`),
        behind: (name) => void at.told.push(`${name} behind`),
        caughtUp: (name) => void at.told.push(`${name} caught up`),
      },
      ...more,
    });
    await continuous.start();
    return continuous;
  };
  let timer: NodeJS.Timeout | undefined;
  const at: World = {
    space,
    live,
    url,
    place: place?.readers ?? url,
    urls: [url, ...others],
    continuous: undefined as unknown as ContinuousBackup,
    model: { auth: new Map(), config: new Map(), logs: new Map() },
    moments: [],
    errors: [],
    told: [],
    snapshots: 0,
    async restart() {
      await at.continuous.stop();
      at.continuous = await begin();
    },
    state: (index = 0) => (at.continuous.states[index] as { state: ContinuousState }).state,
    async settled(index) {
      // a look that is under way may have begun too early, and so may a snapshot
      let looks = 0;
      for (let seen = at.state(index).lastSuccess; looks < 3; ) {
        await sleep(20);
        const { broken, possibleLoss, lastSuccess } = at.state(index);
        if (lastSuccess !== seen && broken === undefined && possibleLoss === 0) looks++;
        seen = lastSuccess;
      }
    },
    async snapshot() {
      while (!snapshotOnce()) await snapshot;
      await snapshot;
    },
    open: (from = [0]) =>
      openReachable({
        urls: from.map((index) => (index === 0 ? at.place : (at.urls[index] as string))),
        identityFiles,
        keyFiles,
      }),
    async read(wish, from) {
      await using readers = await at.open(from);
      const opened = await openSnapshot(readers.given, wish);
      const model: Model = { auth: new Map(), config: new Map(), logs: new Map() };
      for (const kind of DATABASE_KINDS)
        model[kind] = await recordsIn(sourceOf(opened, kind), kind);
      return { opened, model };
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await at.continuous.stop();
      await snapshot;
      await live.close();
      await space[Symbol.asyncDispose]();
    },
  };
  await write(at, "auth", (put) => {
    for (const [key, value] of ROOT) put(key, value);
  });
  at.continuous = await begin();
  // a snapshot tells the continuous backup that it begins
  if (snapshotMs !== undefined) timer = setInterval(snapshotOnce, snapshotMs);
  return at;
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

type Put = (key: Buffer, value: Uint8Array | undefined) => void;

async function write(at: World, kind: DatabaseKind, work: (put: Put) => void): Promise<void> {
  await at.live.databases[kind].change((changes: Changes) => {
    work((key, value) => {
      if (value) changes.put(key, value);
      else changes.remove(key);
      if (value) at.model[kind].set(hex(key), hex(value));
      else at.model[kind].delete(hex(key));
    });
  });
}

export type Random = (below: number) => number;

const STREAMS = ["app", "app:web", "audit"];
const pick = <T>(random: Random, items: readonly T[]): T => items[random(items.length)] as T;

/** The name of the step that makes several commits at once. */
const AT_ONCE = "ingest at once";

/** The steps: each makes a random change to the model and to the databases. */
const STEPS: Record<string, (at: World, random: Random) => Promise<void>> = {
  role: (at, random) =>
    write(at, "auth", (put) => {
      const key = roleKey(`role${random(6)}`);
      put(key, random(3) === 0 ? undefined : encodeValue({ scopes: [`s${random(9)}`] }));
    }),
  pipeline: (at, random) =>
    write(at, "config", (put) => {
      const make = pick(random, [pipelineKey, alertKey]);
      const value = Buffer.from(JSON.stringify({ n: random(1_000_000) }));
      put(make(`p${random(6)}`), random(3) === 0 ? undefined : value);
    }),
  ingest: (at, random) => ingest(at, random, 1 + random(12)),
  [AT_ONCE]: async (at, random) => {
    await Promise.all([1, 2, 3].map(() => ingest(at, random, 1 + random(5))));
  },
  retention: async (at, random) => {
    const stream = pick(random, STREAMS);
    const before = entryKey(stream, random(1_000_000), "");
    await at.live.databases.logs.change((changes) => {
      removeOldest(changes, { stream, before, enough: 4_000 });
      // the model expects the records to be gone, and the database says which are
      const there = new Set([...changes.records.keys()].map(hex));
      for (const key of at.model.logs.keys()) if (!there.has(key)) at.model.logs.delete(key);
    });
  },
  "delete a stream": async (at, random) => {
    const stream = pick(random, STREAMS);
    const heads = [`entry\u001b${stream}\u001b`, `field\u001b${stream}\u001b`].map((text) =>
      hex(Buffer.from(text)),
    );
    await at.live.databases.logs.change((changes) => {
      finishUnfinished(changes);
      beginPurge(changes, stream);
    });
    for (const key of [...at.model.logs.keys()])
      if (heads.some((head) => key.startsWith(head))) at.model.logs.delete(key);
    at.model.logs.delete(hex(streamKey(stream)));
  },
  purge: async (at, random) => {
    const stream = pick(random, STREAMS);
    await at.live.databases.logs.change((changes) => stepPurge(changes, stream));
  },
};

async function ingest(at: World, random: Random, count: number): Promise<void> {
  const stream = pick(random, STREAMS);
  await at.live.databases.logs.change(finishUnfinished);
  await write(at, "logs", (put) => {
    put(streamKey(stream), encodeValue({ ttl: 0, size: 0, indexed_fields: ["level"] }));
    put(fieldKey(stream, "level"), Buffer.alloc(0));
    for (let n = 0; n < count; n++) {
      const ms = random(1_000_000);
      const value = {
        timestamp: new Date(ms).toISOString(),
        fields: { level: `l${random(3)}`, text: "x".repeat(random(400)) },
      };
      put(entryKey(stream, ms, randomUUID()), encodeValue(value));
    }
  });
}

/** As many as there may be at all: a backup of far fewer records than before would be refused. */
const RESTORED = 24;

/** Restores past the door: no delta can say what it did. */
export async function bulkRestore(at: World, random: Random): Promise<void> {
  const builder = new BlockBuilder();
  const model = new Map<string, string>();
  for (let n = 0; n < RESTORED; n++) {
    const key = pipelineKey(`restored${String(n).padStart(2, "0")}`);
    const value = Buffer.from(JSON.stringify({ n: random(1_000_000) }));
    builder.add(key, value);
    model.set(hex(key), hex(value));
  }
  const block = builder.finish();
  const database = at.live.databases.config;
  await using restorer = lmdb.restorer();
  await database.exclude(() =>
    restorer.apply({
      kind: "config",
      dir: database.dir,
      exists: true,
      mode: "replace",
      mark: newMark(["config"], { isPart: false, notes: [] } as never) as never,
      streams: new Map(),
      feed: (give) => give(block),
    }),
  );
  at.model.config = model;
}

export async function step(at: World, random: Random): Promise<string> {
  const name = pick(random, [...Object.keys(STEPS), "ingest", "ingest"]);
  const began = new Date();
  await (STEPS[name] as (typeof STEPS)[string])(at, random);
  await remember(at, name, began);
  return name;
}

/** Notes what the databases hold now, in a millisecond in which no other step commits. */
export async function remember(at: World, step: string, began = new Date()): Promise<void> {
  const { auth, config, logs } = at.model;
  const model = { auth: new Map(auth), config: new Map(config), logs: new Map(logs) };
  at.moments.push({ at: new Date(), began, step, model });
  const { length } = at.moments;
  const then = (at.moments[length - 1] as Moment).at.getTime();
  while (Date.now() <= then + 1) await sleep(1);
}

/** What the databases may have held then: two states while a step was under way; undefined where that may be a part of one. */
export function statesAt(at: World, then: Date): Model[] | undefined {
  const next = at.moments.findIndex((one) => one.at > then);
  const before = at.moments[next < 0 ? at.moments.length - 1 : next - 1];
  const during = at.moments[next];
  if (!before || during?.step === AT_ONCE) return undefined;
  return during && during.began <= then ? [before.model, during.model] : [before.model];
}

/** A generator of our own, so that a run can be repeated. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    // xorshift, Marsaglia 2003
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}
