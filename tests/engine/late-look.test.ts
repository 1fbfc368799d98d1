// Pages of records that are looked at only before they are read: all that a search for some keys may read, and few others.

import { openSync } from "node:fs";
import { copyFile, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { metasOf } from "../../server/engine/lmdb/held-state.js";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import { NODE_HEADER_BYTES } from "../../server/engine/lmdb/tree/layout.js";
import { PageFile } from "../../server/engine/lmdb/tree/page-file.js";
import { largeOf, tablesIn } from "../../server/engine/lmdb/tree/tables.js";
import { type KeysBetween, TreeWalk } from "../../server/engine/lmdb/tree/walk.js";
import { lmdb } from "../../server/engine/lmdb.js";
import { eachRecord } from "../../server/formats/snapshot/badger.js";
import { closeFile } from "../../server/platform/files/close-file.js";
import { encodeValue, entryKey } from "../../server/records/records.js";
import { type Workspace, workspace } from "../operations/offline/contents.js";

const COUNT = 6_000;

interface Leaf {
  page: number;
  first: Buffer;
  last: Buffer;
}

let space: Workspace;
let dir: string;
let data: string;
let good: Buffer;
let leaves: Leaf[];

const keyOf = (n: number) =>
  entryKey("app", n * 10, `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`);

beforeAll(async () => {
  space = await workspace();
  dir = join(space.path, "logs");
  data = join(dir, "data.mdb");
  await using database = await openDatabase({ kind: "logs", dir, mode: "create" });
  await database.change((changes) => {
    for (let n = 0; n < COUNT; n++) {
      const text = "x".repeat(n % 500 === 7 ? 9_000 : n % 97);
      changes.put(
        keyOf(n),
        encodeValue({ timestamp: new Date(n).toISOString(), fields: { text } }),
      );
    }
  });
  await database.close();
  good = await readFile(data);
  leaves = leavesOf();
});
afterAll(() => space[Symbol.asyncDispose]());

/** Of the records, as a walk over these keys reads them. */
function leavesOf(range?: KeysBetween): Leaf[] {
  const file = openSync(data, "r");
  try {
    const pages = new PageFile(file, metasOf(file).newer);
    const table = tablesIn(pages).find(({ name }) => name === "records");
    if (!table) throw new Error("it has no records");
    const walk = new TreeWalk(pages, table.tree, "the records", { range });
    const found: Leaf[] = [];
    for (const leaf of walk.leaves(table.wrote)) {
      const { pages: read, at, nodes } = leaf;
      const keyAt = (index: number) => {
        const node = read.node(at, index);
        largeOf(pages, walk, { leaf, node });
        const start = node + NODE_HEADER_BYTES;
        return Buffer.from(read.bytes.subarray(start, start + read.keyLength(node)));
      };
      const keys = Array.from({ length: nodes }, (_, index) => keyAt(index));
      const page = Number(read.view.getBigUint64(at, true));
      found.push({ page, first: keys[0] as Buffer, last: keys.at(-1) as Buffer });
    }
    return found;
  } finally {
    closeFile(file);
  }
}

/** Whether a search that begins at `start` and ends with the first key that is not before `end` reads the leaf at `index`. */
function isRead(index: number, { start, end }: { start?: Buffer; end?: Buffer }): boolean {
  const { last } = leaves[index] as Leaf;
  const before = leaves[index - 1]?.last;
  const isBefore = start !== undefined && Buffer.compare(last, start) < 0;
  const isAfter = end !== undefined && before !== undefined && Buffer.compare(before, end) >= 0;
  return !isBefore && !isAfter;
}

test("a walk over a range reads each page that a search for its keys reads, and few more", () => {
  expect(leaves.length).toBeGreaterThan(300);
  for (let n = 0; n < COUNT; n += 37) {
    for (const wide of [0, 1, 40, 3000]) {
      const [start, end] = [keyOf(n), keyOf(n + wide)];
      const ranges = [{ start, end }, { start }, { end }, { start: keyOf(n + 0.5), end }];
      for (const range of ranges) {
        const found = leavesOf(range).map(({ page }) => page);
        const needed = leaves.flatMap(({ page }, index) => (isRead(index, range) ? page : []));
        expect(found).toEqual(expect.arrayContaining(needed));
        expect(found.length).toBeLessThanOrEqual(needed.length + 8);
      }
    }
  }
});

describe("of a database that is held", () => {
  const hold = (at = dir) => lmdb.hold([{ kind: "logs", dir: at }], { looksLate: true });

  async function keysIn(range?: KeysBetween): Promise<string[]> {
    await using held = await hold();
    const found: string[] = [];
    for await (const { bytes } of held.blocks("logs", { check: true, ...(range && { range }) })) {
      eachRecord(bytes, (start, end) => {
        found.push(Buffer.from(bytes.subarray(start, end)).toString("latin1"));
      });
      held.recycle(bytes.buffer as ArrayBuffer);
    }
    return found;
  }
  const keys = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, n) => keyOf(from + n).toString("latin1"));

  test.each([
    ["the first", 0],
    ["one in the middle", 0.5],
    ["the last of the entries", 0.99],
  ])("a page of zeros, %s, is told of by who reads it, and only by them", async (_, where) => {
    const { page, first } = leaves[Math.floor(leaves.length * where)] as Leaf;
    const spoiled = Buffer.from(good);
    spoiled.fill(0, page * 4096, (page + 1) * 4096);
    await writeFile(data, spoiled);
    try {
      await expect(keysIn()).rejects.toMatchObject({ code: "DATABASE_INVALID" });
      await expect(keysIn({ start: first })).rejects.toMatchObject({ code: "DATABASE_INVALID" });
      const far = where < 0.4 ? 4_000 : 1_000;
      expect(await keysIn({ start: keyOf(far), end: keyOf(far + 900) })).toEqual(
        keys(far, far + 900),
      );
    } finally {
      await writeFile(data, good);
    }
  });

  test("a file that is cut is told of at once", async () => {
    const at = join(space.path, "cut");
    const { page } = leaves[5] as Leaf;
    await rm(at, { recursive: true, force: true });
    await using database = await openDatabase({ kind: "logs", dir: at, mode: "create" });
    await database.close();
    await copyFile(data, join(at, "data.mdb"));
    await truncate(join(at, "data.mdb"), page * 4096);
    await expect(hold(at)).rejects.toMatchObject({ code: "DATABASE_INVALID" });
  });

  test("all of it is read as ever, also while somebody writes", async () => {
    await using database = await openDatabase({ kind: "logs", dir, mode: "write" });
    const held = await hold();
    await database.change((changes) => changes.remove(keyOf(10)));
    const found: number[] = [];
    for await (const { bytes, records } of held.blocks("logs", { check: true })) {
      found.push(records);
      held.recycle(bytes.buffer as ArrayBuffer);
    }
    await held.close();
    expect(found.reduce((sum, one) => sum + one, 0)).toBe(COUNT);
    expect((await keysIn()).length).toBe(COUNT - 1);
  });
});
