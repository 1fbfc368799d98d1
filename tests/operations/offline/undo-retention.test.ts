// A restore that is taken back after a server has run: entries have come since, and streams' limits have removed others. What
// comes of it is compared with a model of its own, which knows three states of each entry: before, restored, now.

import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  backupDirectories,
  restoreDirectories,
  undoBounds,
  undoDirectories,
} from "../../../server/core.js";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { encodeValue, entryKey, streamKey } from "../../../server/records/records.js";
import { openLogStore } from "../../../server/stores/logs/store.js";
import { type Contents, fill, readContents, type Workspace, workspace } from "./contents.js";
import { uuidOf } from "./sample.js";

const HOUR = 3_600_000;
const MIB = 1024 * 1024;
const STREAMS = ["app", "web"] as const;
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

interface Limits {
  ttl: number;
  size: number;
}
interface State {
  limits: Record<(typeof STREAMS)[number], Limits>;
  /** Ages in half hours, of each stream's entries; the second number changes the entry. */
  entries: [stream: (typeof STREAMS)[number], age: number, version: number][];
}

const limits: fc.Arbitrary<Limits> = fc.record({
  ttl: fc.constantFrom(0, HOUR / 1000, (4 * HOUR) / 1000),
  size: fc.constantFrom(0, 0, 1, 2),
});
const state: fc.Arbitrary<State> = fc.record({
  limits: fc.record({ app: limits, web: limits }),
  entries: fc.uniqueArray(
    fc.tuple(fc.constantFrom(...STREAMS), fc.nat({ max: 15 }), fc.nat({ max: 1 })),
    { maxLength: 24, selector: ([stream, age]) => `${stream} ${age}` },
  ),
});

const streamRecord = ({ ttl, size }: Limits) => encodeValue({ ttl, size, indexed_fields: ["v"] });
/** A sixth of a MiB: some of them are beyond a size. */
const entryOf = (version: number, t: number) =>
  encodeValue({
    timestamp: new Date(t).toISOString(),
    fields: { v: String(version), x: "x".repeat(MIB / 6) },
  });

function recordsOf({ limits: all, entries }: State, nowMs: number): Contents {
  const streams = STREAMS.map((name): [string, string] => [
    hex(streamKey(name)),
    hex(streamRecord(all[name])),
  ]);
  const others = entries.map(([stream, age, version]): [string, string] => {
    const t = nowMs - age * (HOUR / 2) - HOUR / 4;
    return [hex(entryKey(stream, t, uuidOf(`${stream} ${age}`))), hex(entryOf(version, t))];
  });
  return new Map([...streams, ...others]);
}

/** A server ran: entries came in, and each stream's limits were kept. */
async function ranFor(dir: string, came: Contents): Promise<void> {
  await using database = await openDatabase({ kind: "logs", dir, mode: "write" });
  await database.change((changes) => {
    for (const [key, value] of came)
      changes.put(Buffer.from(key, "hex"), Buffer.from(value, "hex"));
  });
  const store = openLogStore(database);
  store.start();
  await store.finishWork();
  await store.close();
}

interface Instants {
  before: Contents;
  restored: Contents;
  now: Contents;
}

interface Expected {
  contents: Contents;
  retired: Map<string, number>;
}

const streamOfKey = (key: string) => Buffer.from(key, "hex").toString().split("\x1b")[1] ?? "";
const msOfKey = (key: string) => Number(Buffer.from(key, "hex").toString().split("\x1b")[2]);
const isEntry = (key: string) => key.startsWith(hex(Buffer.from("entry")));

function model(
  { before, restored, now }: Instants,
  { had, has, nowMs }: { had: State["limits"]; has: State["limits"]; nowMs: number },
): Expected {
  const contents = new Map(now);
  const retired = new Map<string, number>();
  for (const key of new Set([...before.keys(), ...restored.keys()])) {
    const [old, brought, found] = [before.get(key), restored.get(key), now.get(key)];
    if (old === brought) continue;
    if (found === undefined && old !== undefined && brought !== undefined && isEntry(key)) {
      // only limits remove single entries
      const stream = streamOfKey(key) as keyof State["limits"];
      const isOlder = (limit: Limits) => limit.ttl > 0 && msOfKey(key) < nowMs - limit.ttl * 1000;
      const isAsSmall = had[stream].size > 0 && had[stream].size <= has[stream].size;
      if (isOlder(had[stream]) || (!isOlder(has[stream]) && isAsSmall)) {
        retired.set(stream, (retired.get(stream) ?? 0) + 1);
        continue;
      }
    }
    if (old === undefined) contents.delete(key);
    else contents.set(key, old);
  }
  return { contents: new Map([...contents].sort(([a], [b]) => (a < b ? -1 : 1))), retired };
}

async function check(
  space: Workspace,
  {
    has,
    snapshot,
    came,
    mode,
  }: { has: State; snapshot: State; came: State; mode: "merge" | "replace" },
): Promise<void> {
  const nowMs = Date.now();
  const [dirs, others] = [space.dirs("has"), space.dirs("snapshot")];
  const backupDir = join(space.path, "backup");
  await fill("logs", dirs.logs, recordsOf(has, nowMs));
  await fill("logs", others.logs, recordsOf(snapshot, nowMs));
  await backupDirectories({ dirs: others, backupDir, only: ["logs"] });
  const read = async () => (await readContents("logs", dirs.logs)).contents;
  const before = await read();
  const how = { dirs, undo: undoBounds() };
  await restoreDirectories({ ...how, backupDir, mode, only: ["logs"], dryRun: false });
  const restored = await read();
  // younger than all others, and nothing that a restore brought
  const fresh = [...recordsOf(came, nowMs + 9 * HOUR)].filter(([key]) => isEntry(key));
  await ranFor(dirs.logs, new Map(fresh));
  const now = await read();
  const about = { had: has.limits, has: snapshot.limits, nowMs };
  const { contents, retired } = model({ before, restored, now }, about);
  const dry = await undoDirectories({ ...how, dryRun: true });
  expect(await read()).toEqual(now);
  const back = await undoDirectories({ ...how, dryRun: false });
  const found = await readContents("logs", dirs.logs);
  expect(found.contents).toEqual(contents);
  expect(found.derived).toEqual(found.expected);
  const [report] = back.databases;
  expect(report?.changed.records).toBe(0);
  expect(dry.databases[0]?.kinds).toEqual(report?.kinds);
  for (const [stream, entries] of retired) {
    const count = entries === 1 ? "1 entry" : `${entries} entries`;
    expect(report?.warnings.join("\n")).toContain(
      `${count} of stream "${stream}" ${entries === 1 ? "was" : "were"} removed by the stream's limits`,
    );
  }
  // the way back from there, too
  await undoDirectories({ ...how, run: back.run, dryRun: false });
  const again = await readContents("logs", dirs.logs);
  expect(again.contents).toEqual(now);
  expect(again.derived).toEqual(again.expected);
}

test("any restore is taken back after streams' limits have removed entries", {
  timeout: 3_600_000,
}, async () => {
  const anyRun = fc.record({
    has: state,
    snapshot: state,
    came: state,
    mode: fc.constantFrom("merge" as const, "replace" as const),
  });
  await fc.assert(
    fc.asyncProperty(anyRun, async (run) => {
      await using space = await workspace();
      await check(space, run);
    }),
    { numRuns: Number(process.env.FLOWG_UNDO_RUNS ?? 4) },
  );
});
