// A data file whose pages were changed at random: its user gets an error with a code, or what was there. Nobody
// dies of it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import { type Workspace, workspace } from "../operations/offline/contents.js";

const PAGE = 4096;
const SCRIPT = fileURLToPath(new URL("use-damaged.mjs", import.meta.url));

let space: Workspace;
/** The file, and as it was some transactions ago. */
let good: Buffer;
let older: Buffer;

beforeAll(async () => {
  space = await workspace();
  const dir = join(space.path, "good");
  const data = join(dir, "data.mdb");
  await using database = await openDatabase({ kind: "auth", dir, mode: "create" });
  const change = (round: number) =>
    database.records.transactionSync(() => {
      for (let n = 0; n < 900; n += 1 + (round % 3)) {
        const key = Buffer.from(`record ${n}`);
        if ((n + round) % 5 === 0) database.records.remove(key);
        // some of them large, so that all kinds of pages are there
        else database.records.put(key, Buffer.alloc(n % 97 === 0 ? 9_000 : 80 + round, 65 + round));
        database.derived.put(key, Buffer.alloc(n % 40, 97));
      }
    });
  for (let round = 0; round < 6; round++) change(round);
  await copyFile(data, join(space.path, "older"));
  for (let round = 6; round < 9; round++) change(round);
  good = await readFile(data);
  older = await readFile(join(space.path, "older"));
});
afterAll(() => space[Symbol.asyncDispose]());

/** A fault that a test finds must be found again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Change = (file: Buffer, pick: (below: number) => number) => Buffer;

const onPage =
  (change: (page: Buffer, pick: (below: number) => number, at: number) => void): Change =>
  (file, pick) => {
    const at = pick(file.length / PAGE) * PAGE;
    change(file.subarray(at, at + PAGE), pick, at);
    return file;
  };

/** `isWhole`: a version that lets it be opened must give what was there. A page that is sound in itself can't be told. */
const CHANGES: [what: string, change: Change, isWhole: boolean][] = [
  ["a page of zeros", onPage((page) => page.fill(0)), true],
  [
    "a page of random bytes",
    onPage((page, pick) => {
      for (let at = 0; at < PAGE; at++) page[at] = pick(256);
    }),
    true,
  ],
  [
    "another page in the place of one",
    onPage((page, pick) => {
      const from = pick(good.length / PAGE) * PAGE;
      good.copy(page, 0, from, from + PAGE);
    }),
    true,
  ],
  [
    "an older version of a page",
    onPage((page, _, at) => older.subarray(at, at + PAGE).copy(page)),
    false,
  ],
  [
    "one bit changed",
    (file, pick) => {
      const at = pick(file.length);
      file[at] = (file[at] as number) ^ (1 << pick(8));
      return file;
    },
    false,
  ],
  [
    "one bit of a page's header changed",
    onPage((page, pick) => {
      const at = pick(24);
      page[at] = (page[at] as number) ^ (1 << pick(8));
    }),
    false,
  ],
  [
    "eight random bytes",
    onPage((page, pick) => page.fill(pick(256), pick(PAGE - 8)).subarray(0, 8)),
    false,
  ],
  ["an end at some byte", (file, pick) => file.subarray(0, pick(file.length)), true],
  ["an end at some page", (file, pick) => file.subarray(0, pick(file.length / PAGE) * PAGE), true],
  [
    "more at its end",
    (file, pick) => Buffer.concat([file, Buffer.alloc(1 + pick(3 * PAGE), 0xa5)]),
    true,
  ],
];

interface Used {
  dir: string;
  outcome: string;
  content?: string;
}

async function use(dirs: readonly string[]): Promise<Used[]> {
  const child = spawn(process.execPath, [SCRIPT, ...dirs], { stdio: ["ignore", "pipe", "ignore"] });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    said += text;
  });
  const [code, signal] = await once(child, "close");
  const lines = said
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect({ code, signal, last: lines.at(-1) }).toMatchObject({ code: 0, signal: null });
  return lines.filter(({ outcome }) => outcome);
}

describe("a data file with", () => {
  test.each(CHANGES)("%s", async (what, change, isWhole) => {
    const dirs: string[] = [];
    for (let seed = 1; seed <= 40; seed++) {
      const dir = join(space.path, `${what} ${seed}`);
      await mkdir(dir);
      await writeFile(join(dir, "data.mdb"), change(Buffer.from(good), random(seed * 7919)));
      dirs.push(dir);
    }
    const whole = join(space.path, `${what} whole`);
    await mkdir(whole);
    await writeFile(join(whole, "data.mdb"), good);
    const [sound, ...used] = await use([whole, ...dirs]);
    expect(sound?.outcome).toBe("opened");
    expect(used).toHaveLength(40);
    for (const { dir, outcome, content } of used) {
      if (outcome === "opened") {
        if (isWhole) expect(content, dir).toBe(sound?.content);
      } else
        expect(outcome, dir).toMatch(/^DATABASE_(INVALID|DAMAGED|MISSING|WRONG_KIND|TOO_NEW)$/);
    }
    if (isWhole && what !== "more at its end")
      expect(used.filter(({ outcome }) => outcome !== "opened").length).toBeGreaterThan(10);
  });
});
