// What a power cut leaves of a log database. All writes of a process are recorded, and files are made as the disk may have them
// then. They hold all that was flushed. Each page that was written later may be missing, or in any of its states.

import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import { openLogStore } from "../../server/stores/logs/store.js";
import { storedEntries } from "../stores/logs/collect.js";
import { buildRecorder, durableAt, type Event, imageAt, readRecord } from "./power-cut/recorded.js";
import { derivedAndExpected } from "./temporary.js";

const GROUPS = 120;
const EACH = 3;
const IMAGES = 30;
const WRITER = join(import.meta.dirname, "power-cut/write.mjs");

let dir: string;
let recorder: { path: string } | { without: string };

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "flowg-power-"));
  recorder = buildRecorder(dir);
});
afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

interface Recorded {
  events: Event[];
  /** The file before. */
  base: Buffer;
}

async function record(library: string, durability: "flushed" | "committed"): Promise<Recorded> {
  const place = join(dir, durability);
  const database = await openDatabase({ kind: "logs", dir: place, mode: "create" });
  const store = openLogStore(database);
  await store.streams.configure("s", { ttl: 0, size: 0, indexed_fields: ["level"] });
  await store.close();
  await database.close();
  const file = join(place, "data.mdb");
  await copyFile(file, join(dir, "before.mdb"));
  const log = join(dir, `${durability}.log`);
  await promisify(execFile)(process.execPath, [WRITER, place, durability, String(GROUPS)], {
    env: { ...process.env, LD_PRELOAD: library, RECORD_PATH: file, RECORD_LOG: log },
  });
  return { events: readRecord(log), base: await readFile(join(dir, "before.mdb")) };
}

/** What must be there. */
interface Promised {
  entries: number;
  streams: string[];
}

/** @param until events up to here have happened, and those before `durable` are on the disk */
function promisedBy(
  events: readonly Event[],
  { until, durable }: { until: number; durable: number },
) {
  const promised: Promised = { entries: 0, streams: [] };
  for (const [index, event] of events.slice(0, until).entries()) {
    if (event.do !== "mark") continue;
    const [word = "", what = ""] = event.text.split(" ");
    // an answer to anything but an entry says that it is on the disk
    if (word === "stream") promised.streams.push(what);
    if (word === "entries" && index < durable) promised.entries = Number(what);
  }
  return promised;
}

/** @throws if what is there isn't whole, or isn't what must be there */
async function demandWhole(image: Buffer, promised: Promised): Promise<number> {
  const place = join(dir, "image");
  await rm(place, { recursive: true, force: true });
  await mkdir(place);
  await writeFile(join(place, "data.mdb"), image);
  await using database = await openDatabase({
    kind: "logs",
    dir: place,
    mode: "write",
    durability: "committed",
  });
  const { found, expected } = derivedAndExpected(database);
  expect(found).toEqual(expected);
  const numbers = storedEntries(database, "s").map(({ fields }) => Number(fields.number));
  const groups = new Set(numbers.map((number) => Math.floor(number / EACH)));
  // an entry is there only with all that were answered before it was sent
  const last = Math.max(-1, ...groups);
  expect(numbers.filter((number) => number < last * EACH)).toHaveLength(Math.max(0, last) * EACH);
  expect(numbers.length).toBeGreaterThanOrEqual(promised.entries);
  const streams = [...database.records.keys()].map(String);
  for (const name of promised.streams) expect(streams.some((key) => key.includes(name))).toBe(true);
  // and it goes on from there
  const store = openLogStore(database);
  await store.ingest([{ stream: "s", fields: { number: "more", level: "", text: "" } }]);
  await store.close();
  return numbers.length;
}

/** The same numbers each time. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test.for(["committed", "flushed"] as const)(
  "%s: after a power cut the database is whole, and holds what was flushed and all else that was promised",
  async (durability, { skip }) => {
    if ("without" in recorder) return skip(recorder.without);
    const { events, base } = await record(recorder.path, durability);
    const chance = chances(1);
    const before = events.findIndex(({ do: did }) => did === "mark");
    let lost = 0;
    for (let n = 0; n < IMAGES; n++) {
      const cut = before + Math.floor(chance() * (events.length - before));
      const durable = durableAt(events, cut);
      const image = imageAt(events, { base, cut, durable, chance });
      const promised = promisedBy(events, {
        until: cut,
        durable: durability === "flushed" ? cut : durable,
      });
      const answered = promisedBy(events, { until: cut, durable: cut }).entries;
      const found = await demandWhole(image, promised).catch((error: unknown) => {
        throw new Error(`cut at ${cut} of ${events.length}, the ${n}th`, { cause: error });
      });
      lost += Math.max(0, answered - found);
    }
    // entries that were answered are lost in the one way, and not in the other
    if (durability === "flushed") expect(lost).toBe(0);
    else expect(lost).toBeGreaterThan(0);
    // that this finds what is broken: without the flushes hardly any image would be whole
    let broken = 0;
    for (let n = 0; n < 10; n++) {
      const image = imageAt(events, { base, cut: events.length, durable: before, chance });
      await demandWhole(image, { entries: 0, streams: [] }).catch(() => broken++);
    }
    expect(broken).toBeGreaterThan(5);
    if (durability === "flushed") return;
    for (const [index, event] of events.entries()) {
      if (event.do !== "mark" || !event.text.startsWith("flushed")) continue;
      const { entries } = promisedBy(events, { until: index, durable: durableAt(events, index) });
      const answered = promisedBy(events, { until: index, durable: index }).entries;
      expect([event.text, entries]).toEqual([event.text, answered]);
    }
  },
);

test("entries that are committed take half the flushes", async ({ skip }) => {
  if ("without" in recorder) return skip(recorder.without);
  const [committed, flushed] = (["committed", "flushed"] as const).map((durability) =>
    readRecord(join(dir, `${durability}.log`)).filter(({ do: did }) => did === "flushed"),
  );
  expect(committed?.length).toBeLessThan(0.75 * (flushed?.length ?? 0));
});
