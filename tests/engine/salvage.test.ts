// Damaged databases, read page by page. A salvage gives each record that undamaged pages lead to, never one that wasn't
// written, and says which may be older.

import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compactDatabases } from "../../server/core.js";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import { compareRank } from "../../server/engine/lmdb/salvage/unreachable.js";
import { FlowgError } from "../../server/platform/errors.js";
import { DATABASE_KINDS } from "../../server/records/kinds.js";
import { type Made, makeHistory, pathsIn, saved } from "./salvage-files.js";

const PAGE = 4096;
/** All bytes with FLOWG_SALVAGE=all, which takes half an hour. */
const STEP = process.env.FLOWG_SALVAGE === "all" ? 1 : 2039;

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-salvage-database-"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe.each(DATABASE_KINDS)("a damaged database of %s", (kind) => {
  let made: Made;
  let paths: ReturnType<typeof pathsIn>;
  let path: string;
  beforeAll(async () => {
    made = await makeHistory(kind, join(home, kind), kind === "logs" ? 260 : 120);
    path = join(home, `${kind}.mdb`);
    writeFileSync(path, made.bytes);
    const fd = openSync(path, "r");
    paths = pathsIn(fd);
    closeSync(fd);
    expect([...paths.keys()].sort()).toEqual([...made.records.keys()].sort());
  });

  /** @param isHurt which pages something was done to */
  async function judge(what: string, isHurt: (page: number) => boolean): Promise<void> {
    let result: Awaited<ReturnType<typeof saved>>;
    const isMetaHurt = isHurt(0) || isHurt(1);
    try {
      result = await saved({ path });
    } catch (error) {
      if (!(error instanceof FlowgError)) throw new Error(what, { cause: error });
      const isAllHurt = [...paths.values()].every((pages) => [...pages].some(isHurt));
      expect((isHurt(0) && isHurt(1)) || isAllHurt, `${what}: ${error.message}`).toBe(true);
      return;
    }
    const { records, facts } = result;
    let older = 0;
    for (const [key, value] of records) {
      if (made.records.get(key)?.equals(value)) continue;
      older++;
      expect(made.before.get(key)?.equals(value), `${what}: ${key} was never so`).toBe(true);
    }
    if (older > 0)
      expect(facts.mayBeOlder >= older || (isMetaHurt && facts.problems.length > 0), what).toBe(
        true,
      );
    if (facts.isWhole) {
      expect([what, records.size, older]).toEqual([what, made.records.size, 0]);
      return;
    }
    expect(facts.problems.length + facts.ranges.length, what).toBeGreaterThan(0);
    for (const [key, pages] of paths) {
      if ([...pages].some(isHurt)) continue;
      const isSame = made.before.get(key)?.equals(made.records.get(key) as Buffer);
      if (isMetaHurt && !isSame) continue;
      expect(records.has(key), `${what}: ${key} is on sound pages`).toBe(true);
    }
  }

  it("is whole where it is not damaged", async () => {
    const { records, facts } = await saved({ path });
    expect(facts).toMatchObject({
      isWhole: true,
      lostEntries: 0,
      pages: 0,
      ranges: [],
      problems: [],
    });
    expect([...records].map(([key, value]) => [key, value.toString("latin1")]).sort()).toEqual(
      [...made.records].map(([key, value]) => [key, value.toString("latin1")]).sort(),
    );
  });

  it("gives what is right, whichever byte is changed", async () => {
    const fd = openSync(path, "r+");
    try {
      for (let at = 0; at < made.bytes.length; at += STEP) {
        const byte = made.bytes[at] as number;
        writeSync(fd, Buffer.from([byte ^ (1 << (at % 8))]), 0, 1, at);
        await judge(
          `byte ${at} (page ${Math.floor(at / PAGE)}+${at % PAGE})`,
          (page) => page === Math.floor(at / PAGE),
        );
        writeSync(fd, Buffer.from([byte]), 0, 1, at);
      }
      // the heads of pages, where the tree is
      for (let start = 0; start < made.bytes.length; start += PAGE)
        for (let at = start + ((start / PAGE) % 3); at < start + 120; at += STEP === 1 ? 1 : 13) {
          const byte = made.bytes[at] as number;
          writeSync(fd, Buffer.from([byte ^ (1 << ((at * 5) % 8))]), 0, 1, at);
          await judge(
            `byte ${at} of a head (page ${start / PAGE}+${at - start})`,
            (page) => page === start / PAGE,
          );
          writeSync(fd, Buffer.from([byte]), 0, 1, at);
        }
    } finally {
      closeSync(fd);
    }
    expect(readFileSync(path).equals(made.bytes)).toBe(true);
  });

  it("gives what is right, whichever page is gone, or another", async () => {
    const pages = made.bytes.length / PAGE;
    const fd = openSync(path, "r+");
    try {
      for (let page = 0; page < pages; page++) {
        const own = made.bytes.subarray(page * PAGE, (page + 1) * PAGE);
        const other = made.bytes.subarray(((page + 3) % pages) * PAGE).subarray(0, PAGE);
        for (const [what, bytes] of [
          ["zeros", Buffer.alloc(PAGE)],
          ["another", other],
        ] as const) {
          writeSync(fd, bytes, 0, PAGE, page * PAGE);
          await judge(`${what} in place of page ${page}`, (one) => one === page);
          writeSync(fd, own, 0, PAGE, page * PAGE);
        }
      }
    } finally {
      closeSync(fd);
    }
  });

  const zeroed = (pages: readonly number[]) => {
    const bytes = Buffer.from(made.bytes);
    for (const page of pages) bytes.fill(0, page * PAGE, (page + 1) * PAGE);
    writeFileSync(path, bytes);
  };
  const wrongOf = (records: ReadonlyMap<string, Buffer>) =>
    [...made.records].filter(([key, value]) => !records.get(key)?.equals(value));
  const everywhere = () => saved({ path, includeUnreachable: true, scratchDir: home });

  it("finds all that the pages above have led to, once told, and knows by the free list that it is of today", async () => {
    const leaves = new Set([...paths.values()].map((pages) => [...pages].findLast(isLeaf)));
    const above = new Set([...paths.values()].flatMap((pages) => [...pages].filter(isBranch)));
    expect(above.size).toBeGreaterThan(0);
    zeroed([...above]);
    const { records, facts } = await everywhere();
    expect(wrongOf(records)).toEqual([]);
    expect(facts).toMatchObject({ lostEntries: 0, mayBeOlder: 0, filled: made.records.size });
    // pages of earlier states give, in an older form, what none of its pages holds any more
    const [leaf] = leaves;
    zeroed([leaf as number]);
    const without = await saved({ path });
    const older = await everywhere();
    expect(older.records.size).toBeGreaterThanOrEqual(without.records.size);
    const known = new Set([...made.records.keys(), ...made.before.keys()]);
    const unlike = wrongOf(older.records).filter(([key]) => known.has(key));
    expect(older.facts.mayBeOlder).toBeGreaterThanOrEqual(unlike.length);
    for (const [key, pages] of paths)
      if (!pages.has(leaf as number))
        expect(older.records.get(key)?.equals(made.records.get(key) as Buffer), key).toBe(true);
    writeFileSync(path, made.bytes);
  });

  it("finds what is there without its meta pages, once told, and says that it may be older", async () => {
    zeroed([0, 1]);
    await expect(saved({ path })).rejects.toMatchObject({
      code: "DATABASE_INVALID",
      hint: expect.stringContaining("--include-unreachable"),
    });
    const { records, facts } = await everywhere();
    // if a record is there several times, the page that was written last counts
    expect(wrongOf(records)).toEqual([]);
    expect(facts).toMatchObject({ isWhole: false, lostEntries: undefined });
    expect(facts.mayBeOlder).toBe(records.size);
    writeFileSync(path, made.bytes);
  });

  it("goes by the pages where a meta page has a wrong number, also one that makes it the newer", async () => {
    const at = 24 + 128;
    for (const place of [0, 1]) {
      for (const by of [-4, -2, 2, 4, 256]) {
        const bytes = Buffer.from(made.bytes);
        const number = bytes.readBigUInt64LE(place * PAGE + at);
        bytes.writeBigUInt64LE(number + BigInt(by), place * PAGE + at);
        writeFileSync(path, bytes);
        const { records } = await saved({ path });
        expect([place, by, wrongOf(records)]).toEqual([place, by, []]);
      }
    }
    writeFileSync(path, made.bytes);
  });

  it("is whole where it was compacted, whose two states are one, and where something was written since", async () => {
    const dir = join(home, `${kind}-compact`);
    const of = await makeHistory(kind, dir, 60);
    const signal = new AbortController().signal;
    const how = { onProgress: () => {}, onCompacted: () => {}, signal };
    await compactDatabases({ databases: [{ kind, dir }], ...how });
    const isSame = async () => {
      const { records, facts } = await saved({ path: join(dir, "data.mdb") });
      expect(facts).toMatchObject({ isWhole: true, problems: [] });
      expect(records.size).toBe(of.records.size);
    };
    await isSame();
    const [[key, value]] = [...of.records] as [[string, Buffer]];
    await using database = await openDatabase({ kind, dir, mode: "write" });
    database.records.transactionSync(() => database.records.put(Buffer.from(key, "latin1"), value));
    const copy = join(home, `${kind}-compact.mdb`);
    writeFileSync(copy, readFileSync(join(dir, "data.mdb")));
    expect((await saved({ path: copy })).facts).toMatchObject({ isWhole: true, problems: [] });
  });

  const flagsOf = (page: number) => made.bytes.readUInt16LE(page * PAGE + 18);
  const isLeaf = (page: number) => flagsOf(page) === 2;
  const isBranch = (page: number) => flagsOf(page) === 1;

  it("gives the sound records of a file that is cut anywhere", async () => {
    for (let end = 0; end < made.bytes.length; end += PAGE / 2) {
      writeFileSync(path, made.bytes.subarray(0, end));
      await judge(`cut at ${end}`, (page) => (page + 1) * PAGE > end);
    }
    writeFileSync(path, made.bytes);
  });
});

it("of two forms of a record on pages in use takes the one that was written later", () => {
  const ranked = (isInUse: number, wrote: number) => {
    const head = Buffer.alloc(16);
    head.writeUInt32LE(isInUse, 4);
    head.writeDoubleLE(wrote, 8);
    return head;
  };
  // not to be told apart beside 2^53
  for (const wrote of [5, 6, 1_000_001]) {
    expect(compareRank(ranked(1, wrote + 1), ranked(1, wrote))).toBeGreaterThan(0);
    expect(compareRank(ranked(0, wrote + 1), ranked(1, wrote))).toBeLessThan(0);
  }
});
