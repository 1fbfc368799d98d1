// A disk or memory changes a database at many places: one bit, or one page, of its file is not what was written. No backup that
// holds anything else than what was written may count as good.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DatabaseDirs } from "../../../server/core.js";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { firstSegment } from "../../../server/records/keys.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../../server/records/kinds.js";
import { areMany } from "../../faults/chosen.js";
import { type Workspace, workspace } from "./contents.js";
import { fillSample } from "./sample.js";

const CHILD = fileURLToPath(new URL("./rot-child.mjs", import.meta.url));
const PAGE = 4096;
/** All of them in `npm run test:faults`; the damages are the same ones in each run. */
const TRIES = areMany ? 200 : 100;

type Files = Record<DatabaseKind, Buffer>;

let space: Workspace;
let dirs: DatabaseDirs;
/** The files as they are, and as they were before. */
let now: Files;
const earlier: Files[] = [];

beforeAll(async () => {
  space = await workspace();
  dirs = space.dirs("good");
  await fillSample(dirs, { entries: 1_500 });
  // with pages that are free now and were used before, as in any database that is at work
  for (let round = 0; round < 6; round++) {
    for (const kind of DATABASE_KINDS) await changeSome(kind, round);
    earlier.push(await readFiles());
  }
  now = earlier.pop() as Files;
});
afterAll(() => space[Symbol.asyncDispose]());

/** Every tenth record with a value gets one that was another's of its kind. */
async function changeSome(kind: DatabaseKind, round: number): Promise<void> {
  await using database = await openDatabase({ kind, dir: dirs[kind], mode: "write" });
  const { records } = database;
  records.transactionSync(() => {
    const all = [...records.range()].filter(({ value }) => value.length > 0);
    for (const [n, { key }] of all.entries()) {
      const other = all[(n + 1) % all.length];
      const isSame = other && firstSegment(other.key) === firstSegment(key);
      if ((n + round) % 10 === 0 && isSame) records.put(key, other.value);
    }
  });
}

async function readFiles(): Promise<Files> {
  const [auth, config, logs] = await Promise.all(
    DATABASE_KINDS.map((kind) => readFile(join(dirs[kind], "data.mdb"))),
  );
  return { auth, config, logs } as Files;
}

/** Numbers that are the same in each run. */
function* random(): Generator<number, never> {
  for (let state = 0x2545f491; ; ) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield (state >>> 0) / 2 ** 32;
  }
}

interface Damage {
  kind: DatabaseKind;
  what: string;
  file: Buffer;
}

function* damages(): Generator<Damage, never> {
  const numbers = random();
  const below = (most: number) => Math.floor(numbers.next().value * most);
  for (let n = 0; ; n++) {
    const kind = DATABASE_KINDS[n % 3] as DatabaseKind;
    const file = Buffer.from(now[kind]);
    const page = below(file.length / PAGE) * PAGE;
    const place = () => file.subarray(page, page + PAGE);
    if (n % 2 === 0) {
      const at = below(file.length);
      const bit = below(8);
      file[at] = (file[at] as number) ^ (1 << bit);
      yield { kind, what: `bit ${bit} of byte ${at}`, file };
      continue;
    }
    const which = ["zeroed", "as it was", "another", "noise"][below(4)] as string;
    if (which === "zeroed") place().fill(0);
    else if (which === "noise") for (const at of place().keys()) file[page + at] = below(256);
    else if (which === "another") {
      const other = below(file.length / PAGE) * PAGE;
      place().set(now[kind].subarray(other, other + PAGE));
    } else {
      const before = earlier[below(earlier.length)] as Files;
      place().set(before[kind].subarray(page, page + PAGE));
    }
    yield { kind, what: `page ${page / PAGE} ${which}`, file };
  }
}

async function makeTry(number: number, { kind, file }: Damage): Promise<string> {
  const home = join(space.path, `try-${number}`);
  for (const each of DATABASE_KINDS) {
    const dir = join(home, each);
    await mkdir(dir, { recursive: true });
    if (each === kind) await writeFile(join(dir, "data.mdb"), file);
    else await link(join(space.path, `whole-${each}`), join(dir, "data.mdb"));
  }
  return home;
}

interface Outcome {
  /** SHA-256 of all that is in the backup. */
  contents?: string;
  code?: string;
  message?: string;
  /** The process died of it. */
  died?: string;
}

/** Backs up all of them; a process that dies is followed by one for those that are left. */
async function backUp(homes: readonly string[]): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  let left = homes;
  while (left.length > 0) {
    const child = spawn(process.execPath, [CHILD, ...left], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    const [code, signal] = await once(child, "close");
    let under: string | undefined;
    for (const line of said.split("\n").slice(0, -1)) {
      const { home, began, ...outcome } = JSON.parse(line);
      under = began ? home : undefined;
      if (!began) outcomes.set(home, outcome);
    }
    if (under !== undefined) outcomes.set(under, { died: String(signal ?? code) });
    else if (code !== 0) throw new Error(`ended with ${code ?? signal}`);
    left = left.filter((home) => !outcomes.has(home));
  }
  return outcomes;
}

test("no backup is taken for good that holds anything else", async () => {
  for (const kind of DATABASE_KINDS)
    await copyFile(join(dirs[kind], "data.mdb"), join(space.path, `whole-${kind}`));
  const untouched = await makeTry(0, { kind: "auth", what: "nothing", file: now.auth });
  const good = (await backUp([untouched])).get(untouched)?.contents;
  expect(good).toMatch(/^[0-9a-f]{64}$/);
  const counts = { untouched: 0, found: 0, died: 0 };
  const accepted: string[] = [];
  const unclear: string[] = [];
  const deaths: string[] = [];
  const source = damages();
  const AT_ONCE = 25;
  for (let made = 0; made < TRIES; made += AT_ONCE) {
    const tries = new Map<string, Damage>();
    for (let n = made; n < made + AT_ONCE; n++) {
      const damage = source.next().value;
      tries.set(await makeTry(n + 1, damage), damage);
    }
    for (const [home, outcome] of await backUp([...tries.keys()])) {
      const { kind, what } = tries.get(home) as Damage;
      if (outcome.died !== undefined) deaths.push(`${kind}: ${what}: ${outcome.died}`);
      else if (outcome.contents === good) counts.untouched++;
      else if (outcome.contents !== undefined) accepted.push(`${kind}: ${what}`);
      else {
        counts.found++;
        if (!/^DATABASE_/.test(String(outcome.code)))
          unclear.push(`${kind}: ${what}: ${outcome.code} ${outcome.message}`);
        expect(await readFile(join(home, "backup", "log.db"), "utf8")).toBe("older");
      }
      await rm(home, { recursive: true });
    }
  }
  counts.died = deaths.length;
  if (process.env.FLOWG_ROT_VERBOSE)
    process.stderr.write(`${JSON.stringify({ counts, accepted, unclear, deaths }, null, 1)}\n`);
  expect(accepted).toEqual([]);
  expect(unclear).toEqual([]);
  expect(counts.found).toBeGreaterThan(TRIES / 4);
}, 600_000);
