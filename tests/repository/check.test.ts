// What a check of a repository finds: every object removed, cut or changed once, and what is made of it by a repair.

import { createHash, randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { encodeValue, entryKey, streamKey } from "../../server/records/records.js";
import { checkRepository } from "../../server/repository/check/check.js";
import { PARTIAL, repairSnapshots } from "../../server/repository/check/repair.js";
import { initRepository } from "../../server/repository/init.js";
import {
  MANIFEST_FORMAT,
  type Manifest,
  type SegmentEntry,
} from "../../server/repository/manifest.js";
import { putManifest } from "../../server/repository/manifest-objects.js";
import { databaseSums } from "../../server/repository/manifest-sums.js";
import { type OpenedRepository, openRepository } from "../../server/repository/open.js";
import { openPlace } from "../../server/repository/places/open-place.js";
import type { Place } from "../../server/repository/places/place.js";
import { cutSegments } from "../../server/repository/segments/cut-segments.js";
import { readSegment } from "../../server/repository/segments/read-segment.js";
import { segmentPath } from "../../server/repository/segments/segment-path.js";
import { SegmentStore } from "../../server/repository/segments/segment-store.js";
import { eachSnapshot, findSnapshot, listSnapshots } from "../../server/repository/snapshots.js";
import { flowg } from "../cli/flowg.js";
import { type Pair, rawBlocks } from "../formats/snapshot/make-snapshot.js";

let home: string;
let repository: OpenedRepository;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-check-"));
  await mkdir(join(home, "config"));
  const place = await openPlace(join(home, "repo"));
  const identityFile = join(home, "id");
  await initRepository({ place, readers: { identityFile }, keyFile: join(home, "key") });
  repository = await openRepository({
    place,
    identityFiles: [identityFile],
    keyFiles: [join(home, "key")],
  });
});
afterEach(() => rm(home, { recursive: true }));

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

/** A segment for each block of ten entries. */
async function* blocks(count: number) {
  const pairs = Array.from({ length: count }, (_, block) =>
    Array.from({ length: 10 }, (_, n): Pair => {
      const ms = block * 100 + n;
      const value = { timestamp: new Date(ms).toISOString(), fields: { n: String(n) } };
      return { key: entryKey("app", ms, uuid(ms)), value: encodeValue(value) };
    }),
  );
  const stream = { ttl: 0, size: 0, indexed_fields: [] };
  const last: Pair[] = [{ key: streamKey("app"), value: encodeValue(stream) }];
  for await (const block of rawBlocks([...pairs, last])) yield { ...block, endsSegment: true };
}

async function snapshot(count: number, createdAt: string): Promise<Manifest> {
  const store = await SegmentStore.open(repository);
  const segments: SegmentEntry[] = [];
  for await (const { records } of cutSegments("logs", blocks(count), () => {}))
    segments.push(await store.put("logs", records.facts(), await records.pack()));
  const manifest: Manifest = {
    format: MANIFEST_FORMAT,
    version: 1,
    setId: randomUUID(),
    createdAt,
    producer: "flowg test",
    host: "here",
    tags: ["nightly"],
    databases: { logs: { ...databaseSums(segments), segments } },
  };
  await putManifest(repository, manifest);
  return manifest;
}

const check = async (readShare = 0) => await checkRepository(repository, { readShare });
const pathsOf = async (prefix: string) => {
  const paths: string[] = [];
  for await (const { path } of repository.place.list(prefix)) paths.push(path);
  return paths;
};
const hashOf = async (path: string) =>
  createHash("sha256")
    .update((await repository.place.get(path)) ?? "")
    .digest("hex");

describe("a check", () => {
  test("of a whole repository finds nothing", async () => {
    await snapshot(3, "2026-11-28T10:00:00.000Z");
    await snapshot(4, "2026-11-28T11:00:00.000Z");
    const report = await check(1);
    expect(report).toMatchObject({
      snapshots: 2,
      unreadable: [],
      lost: [],
      unknown: [],
      segments: 5,
      segmentsRead: 5,
    });
    expect(report.bytesRead).toBe(report.storedBytes);
    expect(await check(0.3)).toMatchObject({ segmentsRead: 2 });
    expect(await check()).toMatchObject({ segmentsRead: 0, bytesRead: 0 });
  });

  test("names each object that is missing, cut or changed, and what it costs", async () => {
    const [one, two] = [
      await snapshot(3, "2026-11-28T10:00:00.000Z"),
      await snapshot(4, "2026-11-28T11:00:00.000Z"),
    ];
    const { place } = repository;
    for (const path of await pathsOf("")) {
      if (path === "repository.json") continue;
      const bytes = (await place.get(path)) ?? Buffer.alloc(0);
      const changed = Buffer.from(bytes);
      const middle = changed.length >> 1;
      changed[middle] = (changed[middle] ?? 0) ^ 1;
      for (const now of [undefined, bytes.subarray(0, -5), changed]) {
        if (now) await place.put(path, now);
        else await place.remove(path);
        const report = await check(1);
        const told = [...report.lost, ...report.unreadable].map((each) =>
          each.path.replace(/\.minisig$/, ""),
        );
        const isManifest = /^snapshots.*age$/.test(path) && now === undefined;
        // without its manifest a snapshot is forgotten, and only its signature is left
        if (isManifest)
          expect(report).toMatchObject({ snapshots: 1, unknown: [`${path}.minisig`] });
        else if (now === changed && path.endsWith("minisig") && told.length === 0) continue;
        else expect(told, path).toEqual([path.replace(/\.minisig$/, "")]);
        for (const { problem, snapshots, entries, database } of report.lost) {
          expect(problem).toContain(path);
          expect(database).toBe("logs");
          expect([1, 10]).toContain(entries);
          for (const id of snapshots) expect([one.setId, two.setId]).toContain(id);
        }
        await place.put(path, bytes);
      }
    }
    expect((await check(1)).lost).toEqual([]);
  });

  test("beside a forget and a prune tells of no loss", async () => {
    const one = await snapshot(4, "2026-11-28T10:00:00.000Z");
    await snapshot(2, "2026-11-28T11:00:00.000Z");
    const { place } = repository;
    const its = (await pathsOf("snapshots/")).filter((path) => path.includes(one.setId));
    const paths = [...its, ...(await onlyIn(one))];
    expect(paths.length).toBeGreaterThan(3);
    // while manifests are read, and while segments are
    for (const when of ["snapshots/", "segments/"]) {
      const kept = await Promise.all(
        paths.map(async (path) => [path, (await place.get(path)) ?? Buffer.alloc(0)] as const),
      );
      let isGone = false;
      const watched: Place = {
        name: place.name,
        put: (path, bytes) => place.put(path, bytes),
        putNew: (path, bytes) => place.putNew(path, bytes),
        get: async (path, range) => {
          if (path.startsWith(when) && !isGone) {
            isGone = true;
            for (const [each] of kept) await place.remove(each);
          }
          return await place.get(path, range);
        },
        list: (prefix) => place.list(prefix),
        listPaths: (prefix) => place.listPaths(prefix),
        remove: (path) => place.remove(path),
        tidy: () => place.tidy(),
        close: () => place.close(),
      };
      const report = await checkRepository({ ...repository, place: watched }, { readShare: 1 });
      expect(isGone).toBe(true);
      expect([report.lost, report.unreadable]).toEqual([[], []]);
      for (const [path, bytes] of kept) await place.put(path, bytes);
    }
  });

  test("tells of segments that nothing names and objects that nobody knows", async () => {
    await snapshot(3, "2026-11-28T10:00:00.000Z");
    const [path = ""] = await pathsOf("snapshots/");
    for (const each of [path, `${path}.minisig`]) await repository.place.remove(each);
    await repository.place.put("segments/notes.txt", Buffer.from("x"));
    await repository.place.put("snapshots/notes.txt", Buffer.from("x"));
    const report = await check();
    expect(report).toMatchObject({ snapshots: 0, unnamed: { segments: 4 } });
    expect(report.unknown.sort()).toEqual(["segments/notes.txt", "snapshots/notes.txt"]);
  });
});

/** Paths of the segments that no other snapshot names. */
async function onlyIn({ setId, databases }: Manifest): Promise<string[]> {
  const shared = new Set<string>();
  await eachSnapshot(repository, await listSnapshots(repository), ({ manifest }) => {
    if (manifest.setId === setId) return;
    for (const { name } of manifest.databases.logs?.segments ?? []) shared.add(name);
  });
  const own = databases.logs?.segments.filter(({ name }) => !shared.has(name)) ?? [];
  return own.map(({ name }) => segmentPath(name, repository.keys.cipher));
}

describe("a repair", () => {
  test("writes a snapshot without what is lost, once, and leaves the old one", async () => {
    const one = await snapshot(3, "2026-11-28T10:00:00.000Z");
    const whole = await snapshot(2, "2026-11-28T09:00:00.000Z");
    const lostEntry = one.databases.logs?.segments[2] as SegmentEntry;
    const before = await checkRepository(repository, { readShare: 0 });
    expect(before.lost).toEqual([]);
    const segment =
      (await pathsOf("segments/")).find((path) => path.includes(lostEntry.name)) ?? "";
    await repository.place.remove(segment);
    const old = await pathsOf("snapshots/");
    const hashes = await Promise.all(old.map(hashOf));

    const report = await checkRepository(repository, { readShare: 0 });
    expect(report.lost).toMatchObject([
      { name: lostEntry.name, snapshots: [one.setId], entries: 10 },
    ]);
    const dryRun = await repairSnapshots(repository, report.lost, { dryRun: true });
    expect(await pathsOf("snapshots/")).toEqual(old);
    const repaired = await repairSnapshots(repository, report.lost);
    expect(dryRun).toEqual([{ ...repaired[0], repairedId: null }]);
    expect(repaired).toMatchObject([{ setId: one.setId, entries: 10, createdAt: one.createdAt }]);
    expect(await Promise.all(old.map(hashOf))).toEqual(hashes);

    const { manifest } = await findSnapshot(repository, { snapshot: "latest" });
    expect(manifest.setId).toBe(repaired[0]?.repairedId);
    expect(manifest.tags).toEqual(["nightly", PARTIAL]);
    expect(manifest.databases.logs).toMatchObject({ entries: 21, lost: 10 });
    for (const entry of manifest.databases.logs?.segments ?? [])
      await readSegment(repository, { database: "logs", entry }, { full: true });
    const again = await checkRepository(repository, { readShare: 1 });
    expect(again.lost).toHaveLength(1);
    for (const dryRun of [true, false])
      expect(await repairSnapshots(repository, again.lost, { dryRun })).toEqual([]);
    expect((await findSnapshot(repository, { snapshot: whole.setId })).manifest).toEqual(whole);
  });
});

const run = (...more: string[]) => {
  const keys = ["--identity", "id", "--repository-key", "key"];
  return flowg(["repository", "check", "--repository", "repo", ...keys, ...more], { cwd: home });
};

test("flowg repository check --repair --dry-run says what a repair would write, and writes nothing", async () => {
  const one = await snapshot(3, "2026-11-28T10:00:00.000Z");
  const name = one.databases.logs?.segments[1]?.name ?? "";
  await repository.place.remove(segmentPath(name, repository.keys.cipher));
  const snapshots = await pathsOf("snapshots/");
  const people = await run("--repair", "--dry-run");
  expect(people.code).toBe(3);
  expect(people.stdout.replace(/\s+/g, " ")).toContain(
    `a repair would write snapshot ${one.setId} once more without 10 records that are lost (logs: 10)`,
  );
  const program = await run("--repair", "--dry-run", "--json");
  expect(program.code).toBe(3);
  const leftOut = [{ database: "logs", segments: 1, entries: 10 }];
  expect(JSON.parse(program.stdout).repositories[0]).toMatchObject({
    dryRun: true,
    repaired: [{ setId: one.setId, repairedId: null, host: "here", entries: 10, leftOut }],
  });
  expect(await pathsOf("snapshots/")).toEqual(snapshots);
  expect(await run("--dry-run")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--dry-run is for --repair"),
  });
});

test("flowg repository check tells people and programs, and ends with 3", async () => {
  const one = await snapshot(3, "2026-11-28T10:00:00.000Z");
  const good = await run("--read-data");
  expect(good).toMatchObject({ code: 0, stderr: "" });
  expect(good.stdout).toContain("opens it");
  expect(good.stdout).toContain("4 read whole");
  const name = one.databases.logs?.segments[1]?.name ?? "";
  const path = (await pathsOf("segments/")).find((each) => each.includes(name)) ?? "";
  await repository.place.remove(path);
  const bad = await run();
  expect(bad.code).toBe(3);
  expect(bad.stderr).toContain(`${path} is missing: it holds 10 records of the logs database`);
  expect(bad.stderr).toContain(one.setId);
  expect(bad.stderr).toContain("; --repair makes snapshots without the lost records; ");
  const json = await run("--repair", "--json");
  expect(json.code).toBe(3);
  const report = JSON.parse(json.stdout);
  expect(report).toMatchObject({ success: false, code: "REPOSITORY_DAMAGED", sound: false });
  expect(report.hint).toContain("; to restore a snapshot that the repair made, give --salvaged; ");
  const leftOut = [{ database: "logs", segments: 1, entries: 10 }];
  expect(report.repositories[0]).toMatchObject({ dryRun: false, repaired: [{ leftOut }] });
  const { repairedId } = report.repositories[0].repaired[0];
  expect((await pathsOf("snapshots/")).join()).toContain(repairedId);
  for (const share of ["0", "101%", "x", "-1"]) {
    expect((await run(`--read-data=${share}`)).code).toBe(2);
  }
});
