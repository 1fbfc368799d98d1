// Sorting in files: the same as sorting in memory, whatever comes in and however little memory there is.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Sorter } from "../../../server/formats/flowg/sorter.js";
import { smallDisk } from "../../platform/files/small-disk.js";
import { temporaryDirectory } from "./encode.js";

type Pair = [key: string, value: string];

const pair = fc.tuple(
  fc.string({ maxLength: 3, unit: fc.constantFrom("a", "b", "\x1b", "\xff") }),
  fc.string({ maxLength: 12 }),
);

async function sorted(pairs: Pair[], options: { runBytes: number; newest?: boolean }) {
  await using dir = await temporaryDirectory();
  const sorter = new Sorter({
    dir: dir.path,
    runBytes: options.runBytes,
    ...(options.newest ? { supersedes: (value, old) => Buffer.compare(value, old) > 0 } : {}),
  });
  try {
    for (const [key, value] of pairs) {
      sorter.add(Buffer.from(key, "latin1"), Buffer.from(value));
      await sorter.mergeRuns(() => {});
    }
    expect(await readdir(dir.path)).toEqual([]);
    const rows = [...sorter.rows()].map(
      ({ key, value }): Pair => [key.toString("latin1"), value.toString()],
    );
    return { rows, superseded: sorter.superseded };
  } finally {
    sorter.close();
  }
}

const compare = (a: string, b: string): number =>
  Buffer.compare(Buffer.from(a, "latin1"), Buffer.from(b, "latin1"));

describe("a sorter", () => {
  it("gives all rows in order, those of one key as they came", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(pair),
        fc.integer({ min: 1, max: 200 }),
        async (pairs, runBytes) => {
          const expected = [...pairs].sort(([a], [b]) => compare(a, b));
          expect((await sorted(pairs, { runBytes })).rows).toEqual(expected);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("gives of each key the row that supersedes the others, and counts these", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(pair),
        fc.integer({ min: 1, max: 200 }),
        async (pairs, runBytes) => {
          const best = new Map<string, Buffer>();
          for (const [key, text] of pairs) {
            const value = Buffer.from(text);
            const old = best.get(key);
            if (!old || Buffer.compare(value, old) > 0) best.set(key, value);
          }
          const { rows, superseded } = await sorted(pairs, { runBytes, newest: true });
          const expected = [...best].sort(([a], [b]) => compare(a, b));
          expect(rows).toEqual(expected.map(([key, value]) => [key, value.toString()]));
          expect(superseded).toBe(pairs.length - best.size);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("merges runs when they are many, and rows that are larger than all its memory", async () => {
    const pairs = Array.from({ length: 9000 }, (_, i): Pair => {
      const key = String((i * 7919) % 9000).padStart(5, "0");
      return [key, key.repeat(i % 1000 === 0 ? 60_000 : 1)];
    });
    const { rows } = await sorted(pairs, { runBytes: 40 });
    expect(rows).toEqual([...pairs].sort(([a], [b]) => compare(a, b)));
  });

  it("says when the disk is full, and leaves nothing", async ({ skip }) => {
    await using dir = await temporaryDirectory();
    const disk = join(dir.path, "disk");
    using _ = await smallDisk(disk, "64k", skip);
    const sorter = new Sorter({ dir: disk, runBytes: 1000 });
    const fill = () => {
      for (let i = 0; i < 5000; i++) sorter.add(Buffer.from(String(i % 7)), Buffer.alloc(100));
    };
    expect(fill).toThrow(expect.objectContaining({ code: "DISK_FULL" }));
    sorter.close();
    expect(await readdir(disk)).toEqual([]);
  });
});
