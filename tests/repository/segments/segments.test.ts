// Segments as objects: stored once, read with every check, and together the same file as a sealed snapshot.

import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { eachRecord } from "../../../server/formats/snapshot/badger.js";
import { newHeader } from "../../../server/formats/snapshot/header.js";
import { readSegmentFile, readSnapshot } from "../../../server/formats/snapshot/read.js";
import { writeSnapshotTo } from "../../../server/formats/snapshot/write.js";
import type { FlowgError } from "../../../server/platform/errors.js";
import { encodeValue, entryKey, fieldKey, streamKey } from "../../../server/records/records.js";
import { newIdentity } from "../../../server/repository/keys/identities.js";
import { repositoryKeys } from "../../../server/repository/keys/repository-keys.js";
import {
  MANIFEST_FORMAT,
  type Manifest,
  type SegmentEntry,
} from "../../../server/repository/manifest.js";
import { putManifest } from "../../../server/repository/manifest-objects.js";
import { databaseSums } from "../../../server/repository/manifest-sums.js";
import type { Repository } from "../../../server/repository/repository.js";
import { RepositorySource } from "../../../server/repository/repository-source.js";
import { cutSegments } from "../../../server/repository/segments/cut-segments.js";
import { readSegment } from "../../../server/repository/segments/read-segment.js";
import { SegmentStore } from "../../../server/repository/segments/segment-store.js";
import { eachSnapshot, findSnapshot, listSnapshots } from "../../../server/repository/snapshots.js";
import type { Pair } from "../../formats/snapshot/make-snapshot.js";
import { rawBlocks } from "../../formats/snapshot/make-snapshot.js";
import { MemoryPlace } from "../memory-place.js";

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

/** Blocks of entries, two to a segment. */
function blocksOf(blocks: number, salt = "x"): Pair[][] {
  const pairs = Array.from({ length: blocks }, (_, block) =>
    Array.from({ length: 5 }, (_, n): Pair => {
      const ms = block * 100 + n;
      const value = { timestamp: new Date(ms).toISOString(), fields: { salt, n: String(n) } };
      return { key: entryKey("app", ms, uuid(ms)), value: encodeValue(value) };
    }),
  );
  return [
    ...pairs,
    [
      { key: fieldKey("app", "n"), value: Buffer.alloc(0) },
      { key: streamKey("app"), value: encodeValue({ ttl: 0, size: 0, indexed_fields: [] }) },
    ],
  ];
}

async function* inSegments(blocks: Pair[][]) {
  let number = 0;
  for await (const block of rawBlocks(blocks)) yield { ...block, endsSegment: number++ % 2 === 1 };
}

async function plainRepository(place = new MemoryPlace()) {
  const id = randomUUID();
  return { id, place, keys: repositoryKeys({ id, trusted: [] }) };
}

async function encryptedRepository(place = new MemoryPlace()) {
  const id = randomUUID();
  const identity = newIdentity();
  const nameKey = Buffer.alloc(32, 7);
  const keys = (identities: (typeof identity)[]) =>
    repositoryKeys({
      id,
      encryption: { recipients: [identity.recipient], identities, nameKey },
      trusted: [],
    });
  return { reader: { id, place, keys: keys([identity]) }, writer: { id, place, keys: keys([]) } };
}

async function store(repository: Repository, blocks: Pair[][], known: SegmentEntry[] = []) {
  const segments = await SegmentStore.open(repository);
  segments.learn(known);
  const entries: SegmentEntry[] = [];
  for await (const { records } of cutSegments("logs", inSegments(blocks), () => {})) {
    const facts = records.facts();
    const found = segments.find(facts.contentSha256);
    entries.push(found ?? (await segments.put("logs", facts, await records.pack())));
  }
  return { entries, stored: segments.stored };
}

function manifestOf(segments: SegmentEntry[], createdAt: string, tags: string[] = []): Manifest {
  return {
    format: MANIFEST_FORMAT,
    version: 1,
    setId: randomUUID(),
    createdAt,
    producer: "flowg test",
    host: "here",
    tags,
    databases: { logs: { ...databaseSums(segments), segments } },
  };
}

async function recordsIn(source: AsyncIterable<Uint8Array>): Promise<[string, string][]> {
  const found: [string, string][] = [];
  await readSnapshot(source, {
    expected: "logs",
    checkRecords: true,
    onBlock: (raw) => {
      const block = Buffer.from(raw);
      eachRecord(raw, (keyStart, keyEnd, valueStart, valueEnd) => {
        found.push([
          block.toString("hex", keyStart, keyEnd),
          block.toString("hex", valueStart, valueEnd),
        ]);
      });
    },
  });
  return found;
}

const hexOf = (blocks: Pair[][]) =>
  blocks
    .flat()
    .map(({ key, value }) => [
      Buffer.from(key).toString("hex"),
      Buffer.from(value).toString("hex"),
    ]);

const failure = async (work: Promise<unknown>): Promise<FlowgError> =>
  work.then(
    () => expect.fail("it went well"),
    (error) => error,
  );

it("makes of a snapshot's segments the file that a backup would have written", async () => {
  for (const repository of [await plainRepository(), (await encryptedRepository()).reader]) {
    const blocks = blocksOf(9);
    const { entries } = await store(repository, blocks);
    expect(entries.length).toBe(5);
    const manifest = manifestOf(entries, "2026-11-28T21:30:05.123Z");
    const source = new RepositorySource([{ repository, manifest }], { database: "logs" });
    const bytes: Buffer[] = [];
    for await (const chunk of source.open()) bytes.push(Buffer.from(chunk));
    const whole: Buffer[] = [];
    const { setId, createdAt, producer } = manifest;
    const header = { ...newHeader("logs", { setId, createdAt: new Date(createdAt) }), producer };
    await writeSnapshotTo(async (piece) => void whole.push(Buffer.from(piece)), {
      header,
      blocks: rawBlocks(blocks),
    });
    expect(Buffer.concat(bytes).equals(Buffer.concat(whole))).toBe(true);
    expect(source.size).toBe(Buffer.concat(whole).byteLength);
    expect(await recordsIn(source.open())).toEqual(hexOf(blocks));
  }
});

it("stores nothing twice, and takes what a killed backup left only if it is sound", async () => {
  const repository = await plainRepository();
  const first = await store(repository, blocksOf(9));
  expect(first.stored.segments).toBe(5);
  const again = await store(repository, blocksOf(9), first.entries);
  expect(again.entries).toEqual(first.entries);
  expect(again.stored.segments).toBe(0);
  // nobody names them
  const unnamed = await store(repository, blocksOf(9));
  expect(unnamed.entries).toEqual(first.entries);
  const [path] = [...repository.place.objects.keys()];
  repository.place.store(path as string, 0, "rotten");
  const mended = await store(repository, blocksOf(9), first.entries);
  expect(mended.entries).toEqual(first.entries);
  expect(repository.place.objects.get(path as string)?.bytes.byteLength).toBeGreaterThan(6);
});

it("refuses a segment where a whole snapshot is expected, and the other way round", async () => {
  const repository = await plainRepository();
  const { entries } = await store(repository, blocksOf(2));
  const plain = await readSegment(repository, {
    database: "logs",
    entry: entries[0] as SegmentEntry,
  });
  const file = async function* () {
    yield plain;
  };
  const refused = await failure(readSnapshot(file()));
  expect(refused.code).toBe("SNAPSHOT_UNRECOGNIZED");
  expect(refused.message).toContain(
    "it is a segment of a repository: a part of a snapshot of the logs",
  );
  const manifest = manifestOf(entries, "2026-11-28T21:30:05.123Z");
  const source = new RepositorySource([{ repository, manifest }], { database: "logs" });
  expect((await failure(readSegmentFile(source.open(), {}))).code).toBe("SNAPSHOT_UNRECOGNIZED");
});

it("tells each change and loss of a segment, naming what is lost, and takes it from another copy", async () => {
  const { reader, writer } = await encryptedRepository();
  const blocks = blocksOf(3);
  const { entries } = await store(writer, blocks);
  const other = await plainRepository(new MemoryPlace("other"));
  const copy = manifestOf((await store(other, blocks)).entries, "2026-11-28T21:30:05.123Z");
  const manifest = manifestOf(entries, "2026-11-28T21:30:05.123Z");
  const { objects } = reader.place;
  const [path = ""] = reader.place.paths(`segments/${entries[0]?.name.slice(0, 2)}/`);
  const stored = objects.get(path)?.bytes ?? Buffer.alloc(0);
  const storedAt = new Date();
  const damages: (Buffer | undefined)[] = [
    undefined,
    Buffer.alloc(0),
    Buffer.concat([stored, stored]),
  ];
  for (let at = 0; at < stored.byteLength; at += 13) {
    const changed = Buffer.from(stored);
    changed[at] = (changed[at] as number) ^ 1;
    damages.push(changed, stored.subarray(0, at));
  }
  for (const damage of damages) {
    if (damage) objects.set(path, { bytes: damage, storedAt });
    else objects.delete(path);
    const alone = new RepositorySource([{ repository: reader, manifest }], { database: "logs" });
    const error = await failure(recordsIn(alone.open()));
    expect(error.code).toBe("REPOSITORY_DAMAGED");
    expect(error.message).toContain(path);
    expect(error.message).toContain(
      '10 records of the logs database, from entry of stream "app" of 1970',
    );
  }
  const notes: string[] = [];
  const copies = [
    { repository: reader, manifest },
    { repository: other, manifest: copy },
  ];
  const both = new RepositorySource(copies, {
    database: "logs",
    onFallback: (note) => notes.push(note),
  });
  expect(await recordsIn(both.open())).toEqual(hexOf(blocks));
  expect(notes).toHaveLength(1);
  expect(notes[0]).toContain("it was taken from other");
});

it("takes only segments that can hold the keys asked for", async () => {
  const repository = await plainRepository();
  const { entries } = await store(repository, blocksOf(9));
  const manifest = manifestOf(entries, "2026-11-28T21:30:05.123Z");
  const ranges = [{ start: entryKey("app", 300, uuid(300)), end: entryKey("app", 302, uuid(302)) }];
  const source = new RepositorySource([{ repository, manifest }], { database: "logs", ranges });
  let requests = 0;
  repository.place.before = async () => void requests++;
  expect(await recordsIn(source.open())).toHaveLength(10);
  expect(requests).toBe(1);
});

it("finds snapshots by id, moment and tag, and tells those it can't read", async () => {
  const repository = await plainRepository();
  const { entries } = await store(repository, blocksOf(1));
  const days = ["2026-11-01", "2026-11-02", "2026-11-03"].map((day, n) =>
    manifestOf(entries, `${day}T12:00:00.000Z`, n === 1 ? ["kept"] : []),
  );
  for (const manifest of days) await putManifest(repository, manifest);
  const [first, second, third] = days as [Manifest, Manifest, Manifest];
  const idOf = async (wish: Parameters<typeof findSnapshot>[1]) =>
    (await findSnapshot(repository, wish)).manifest.setId;
  expect((await listSnapshots(repository)).map(({ setId }) => setId)).toEqual(
    [third, second, first].map(({ setId }) => setId),
  );
  expect(await idOf({})).toBe(third.setId);
  expect(await idOf({ snapshot: first.setId.slice(0, 13) })).toBe(first.setId);
  expect(await idOf({ at: new Date("2026-11-02T12:00:00Z") })).toBe(second.setId);
  expect(await idOf({ tags: ["kept"] })).toBe(second.setId);
  for (const wish of [{ snapshot: "zz" }, { snapshot: "" }, { at: new Date(0) }, { tags: ["no"] }])
    expect((await failure(findSnapshot(repository, wish))).code).toBe("NOT_FOUND");
  const newest = (await listSnapshots(repository))[0]?.path ?? "";
  const stored = repository.place.objects.get(newest)?.bytes ?? Buffer.alloc(0);
  for (let at = 0; at < stored.byteLength; at += 5) {
    const changed = Buffer.from(stored);
    changed[at] = (changed[at] as number) ^ 4;
    repository.place.objects.set(newest, { bytes: changed, storedAt: new Date() });
    let count = 0;
    const refs = await listSnapshots(repository);
    const unreadable = await eachSnapshot(repository, refs, () => void count++);
    expect(count).toBe(2);
    expect(unreadable[0]?.error.message).toContain(newest);
    // no older one takes its place
    expect((await failure(findSnapshot(repository, {}))).code).toBe("REPOSITORY_DAMAGED");
  }
});
