import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eachRecord } from "../../../server/formats/snapshot/badger.js";
import { findSoundParts } from "../../../server/formats/snapshot/sound-blocks.js";
import { salvageSnapshots } from "../../../server/operations/offline/salvage.js";
import type { DatabaseKind } from "../../../server/records/kinds.js";
import {
  entryKey,
  pipelineKey,
  roleKey,
  streamKey,
  transformerKey,
} from "../../../server/records/records.js";
import type { SalvageReport } from "../../../server/records/salvage-reports.js";
import { fixedHeader, makeSnapshot, type Pair, readBytes } from "./make-snapshot.js";

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const uuid = (n: number) => `0b2e4c1e-6a67-4ad1-8ad5-${String(n).padStart(12, "0")}`;
const entry = (n: number): Pair => ({
  key: entryKey("app", 1_700_000_000_000 + n * 60_000, uuid(n)),
  value: json({ timestamp: "2023-11-14T22:13:20Z", fields: { n: String(n) } }),
});

/** Sound records, a list for each block. */
const BLOCKS: Record<DatabaseKind, Pair[][]> = {
  auth: [
    [
      { key: roleKey("admin"), value: json({ scopes: ["read_acls", "write_acls"] }) },
      { key: roleKey("b"), value: json({ scopes: [] }) },
    ],
    [{ key: roleKey("leser ü 🦉"), value: json({ scopes: ["read_streams"] }) }],
    [{ key: roleKey("z"), value: json({ scopes: [] }) }],
  ],
  config: [
    [{ key: pipelineKey("default"), value: json({ nodes: [], edges: [] }) }],
    [{ key: transformerKey("a"), value: Buffer.from(".a = 1") }],
    [{ key: transformerKey("b"), value: Buffer.from(".b = 2") }],
  ],
  logs: [
    [entry(1), entry(2)],
    [entry(3)],
    [entry(4), { key: streamKey("app"), value: json({ ttl: 0, size: 0, indexed_fields: [] }) }],
  ],
};

const LONG = 3_600_000;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "flowg-salvage-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

let run = 0;

/** Salvages copies; what came of it, and its records. */
async function salvage(...copies: Buffer[]) {
  const at = join(directory, String(++run));
  const paths = copies.map((_, index) => `${at}.${index}`);
  for (const [index, bytes] of copies.entries()) await writeFile(paths[index] as string, bytes);
  const output = `${at}.out`;
  try {
    const report = await salvageSnapshots({ paths, output });
    const bytes = await readFile(output);
    return { report, bytes, records: await recordsOf(bytes) };
  } finally {
    await Promise.all([...paths, output].map((path) => rm(path, { force: true })));
  }
}

async function recordsOf(bytes: Buffer): Promise<string[]> {
  const records: string[] = [];
  await readBytes(bytes, {
    checkRecords: true,
    onBlock: (raw) => {
      const block = Buffer.from(raw);
      eachRecord(block, (a, b, c, d) => {
        records.push(`${block.toString("hex", a, b)} ${block.toString("hex", c, d)}`);
      });
    },
  });
  return records;
}

const textOf = (pairs: Pair[]) =>
  pairs.map(({ key, value }) => `${key.toString("hex")} ${value.toString("hex")}`);

/** Where each block of a snapshot begins and ends: a prefix of 24 bytes, whose third number is the frame's length. */
function spansOf(bytes: Buffer): { start: number; end: number }[] {
  const spans: { start: number; end: number }[] = [];
  let at = 8 + bytes.readUInt32LE(4);
  while (bytes.readUInt32LE(at) === 0x184d2a51) {
    const end = at + 24 + bytes.readUInt32LE(at + 8);
    spans.push({ start: at, end });
    at = end;
  }
  return spans;
}

const flipped = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] as number) ^ (1 << (at % 8));
  return copy;
};

describe.each(Object.keys(BLOCKS) as DatabaseKind[])("a damaged snapshot of %s", (kind) => {
  const blocks = BLOCKS[kind];
  // each salvage flushes its file, so this tries every eleventh byte; `npm run test:faults` tries all
  const step = process.env.FLOWG_FAULTS === undefined ? 11 : 1;
  let whole: Buffer;
  let spans: { start: number; end: number }[];
  beforeAll(async () => {
    whole = await makeSnapshot(blocks, fixedHeader(kind));
    spans = spansOf(whole);
    expect(spans).toHaveLength(blocks.length);
  });

  it("gives every block that is whole and no other record, whichever byte is changed", {
    timeout: LONG,
  }, async () => {
    for (let at = 0; at < whole.length; at += step) {
      const { report, records } = await salvage(flipped(whole, at));
      const sound = blocks.filter((_, n) => {
        const { start, end } = spans[n] as { start: number; end: number };
        return at < start || at >= end;
      });
      expect(records, `byte ${at}`).toEqual(textOf(sound.flat()));
      expect(report.whole, `byte ${at}`).toBe(false);
      expect(report.database).toBe(kind);
    }
  });

  it("has every block that is whole, and no other, whichever byte is changed", async () => {
    const path = join(directory, `${kind}.flipped`);
    for (let at = 0; at < whole.length; at++) {
      await writeFile(path, flipped(whole, at));
      await using file = await open(path, "r");
      const { blocks: found } = await findSoundParts(file);
      const sound = spans.filter(({ start, end }) => at < start || at >= end);
      expect(found, `byte ${at}`).toMatchObject(sound);
    }
  });

  it("gives every whole block before a cut", { timeout: LONG }, async () => {
    for (let end = 0; end < whole.length; end += step) {
      const sound = blocks.filter((_, n) => (spans[n] as { end: number }).end <= end);
      const cut = salvage(whole.subarray(0, end));
      if (sound.length === 0) {
        await expect(cut, `cut at ${end}`).rejects.toMatchObject({ code: "SNAPSHOT_UNRECOGNIZED" });
        continue;
      }
      const { report, records } = await cut;
      expect(records, `cut at ${end}`).toEqual(textOf(sound.flat()));
      expect(report.whole).toBe(false);
      expect(report.lost.entries).toBeUndefined();
    }
  });

  it("is whole again of two copies that are damaged in different blocks", async () => {
    for (const [i, one] of spans.entries()) {
      for (const [j, other] of spans.entries()) {
        if (i === j) continue;
        for (const part of [0, 0.3, 0.6, 0.999]) {
          const at = ({ start, end }: typeof one) => start + Math.floor((end - start) * part);
          const copies = [one, other].map((span) => flipped(whole, at(span)));
          const { report, bytes } = await salvage(...copies);
          expect(bytes.equals(whole), `blocks ${i} and ${j}, ${part}`).toBe(true);
          expect(report).toMatchObject({ whole: true, lost: { ranges: [] } });
        }
      }
    }
  });

  it("is whole again of ten random pairs, whatever each block has in one of the two", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            copy: fc.nat(1),
            places: fc.array(fc.double({ noNaN: true, min: 0, max: 0.999 }), {
              minLength: 1,
              maxLength: 5,
            }),
          }),
          {
            minLength: spans.length,
            maxLength: spans.length,
          },
        ),
        async (damages) => {
          const copies = [Buffer.from(whole), Buffer.from(whole)] as const;
          for (const [n, { copy, places }] of damages.entries()) {
            const { start, end } = spans[n] as { start: number; end: number };
            const damaged = copies[copy as 0 | 1];
            for (const at of new Set(
              places.map((part) => start + Math.floor((end - start) * part)),
            ))
              damaged[at] = (damaged[at] as number) ^ (1 + (at % 255));
          }
          const { report, bytes } = await salvage(...copies);
          expect(bytes.equals(whole)).toBe(true);
          expect(report).toMatchObject({ whole: true, lost: { ranges: [] } });
        },
      ),
      { numRuns: 10 },
    );
  });

  it("is whole again of one without its begin and one without its end", async () => {
    const first = spans[0] as { end: number };
    const { report, bytes } = await salvage(whole.subarray(first.end), whole.subarray(0, -1));
    expect(bytes.equals(whole)).toBe(true);
    expect(report.copies.map(({ header, seal }) => [header, seal])).toEqual([
      [false, true],
      [true, false],
    ]);
  });
});

it("names what is lost between which records", async () => {
  const whole = await makeSnapshot(BLOCKS.logs, fixedHeader("logs"));
  const [, second] = spansOf(whole) as { start: number; end: number }[];
  const { start, end } = second as { start: number; end: number };
  const { report } = await salvage(flipped(whole, end - 3));
  const expected: Partial<SalvageReport> = {
    entries: 4,
    blocks: 2,
    lost: {
      entries: 1,
      blocks: 1,
      ranges: [
        {
          after: `entry of stream "app" of 2023-11-14T22:15:20.000Z (${uuid(2)})`,
          before: `entry of stream "app" of 2023-11-14T22:17:20.000Z (${uuid(4)})`,
          bytes: end - start,
        },
      ],
    },
  };
  expect(report).toMatchObject(expected);
});

it("adds what is lost of a salvaged one to what was lost before", async () => {
  const whole = await makeSnapshot(BLOCKS.logs, fixedHeader("logs"));
  const [first, second] = spansOf(whole) as { start: number; end: number }[];
  const once = await salvage(flipped(whole, (second as { end: number }).end - 3));
  expect(once.report.lost).toMatchObject({ entries: 1, blocks: 1 });
  const [kept] = spansOf(once.bytes) as { end: number }[];
  const twice = await salvage(flipped(once.bytes, (kept as { end: number }).end - 3));
  expect(twice.report.lost).toMatchObject({ entries: 3, blocks: 2 });
  const unsealed = await salvage(once.bytes.subarray(0, -1));
  expect(unsealed.report.lost.entries).toBeUndefined();
  // with a copy of the snapshot itself, its own header and count hold, in whatever order they come
  const broken = [first, second].map((span) => flipped(whole, (span as { end: number }).end - 3));
  const again = [once.bytes, broken[1] as Buffer];
  for (const copies of [again, again.toReversed()]) {
    const { report, bytes } = await salvage(...copies);
    expect(report).toMatchObject({ entries: 4, lost: { entries: 1, blocks: 1 } });
    expect(bytes.equals(once.bytes)).toBe(true);
  }
  const { report, bytes } = await salvage(once.bytes, broken[0] as Buffer);
  expect(report.whole).toBe(true);
  expect(bytes.equals(whole)).toBe(true);
});

it("refuses copies of different snapshots, and blocks of two in one file", async () => {
  const one = await makeSnapshot(BLOCKS.config, fixedHeader("config"));
  const other = await makeSnapshot(BLOCKS.config, {
    ...fixedHeader("config"),
    setId: "11111111-2222-4333-8444-555555555555",
  });
  const logs = await makeSnapshot(BLOCKS.logs, fixedHeader("logs"));
  await expect(salvage(one, other)).rejects.toMatchObject({ code: "REFUSED" });
  await expect(salvage(one, logs)).rejects.toMatchObject({ code: "REFUSED" });
  const changed = BLOCKS.config.map((pairs) =>
    pairs.map(({ key, value }) => ({ key, value: Buffer.concat([value, Buffer.from(" ")]) })),
  );
  const older = await makeSnapshot(changed, fixedHeader("config"));
  await expect(salvage(Buffer.concat([one, older]))).rejects.toMatchObject({ code: "REFUSED" });
});

it("replaces nothing, and says what is none", async () => {
  const path = join(directory, "text");
  await writeFile(path, "not a snapshot");
  await expect(salvageSnapshots({ paths: [path], output: path })).rejects.toMatchObject({
    code: "REFUSED",
  });
  await expect(
    salvageSnapshots({ paths: [path], output: join(directory, "none") }),
  ).rejects.toMatchObject({ code: "SNAPSHOT_UNRECOGNIZED" });
  expect(await readFile(path, "utf8")).toBe("not a snapshot");
});
