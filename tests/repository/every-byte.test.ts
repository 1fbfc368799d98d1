// Every byte of every object of a small repository is changed once, every object is removed once: what is read is refused, or
// it is exactly what was written. All of them with FLOWG_FAULTS=all; else a spread.

import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FlowgError } from "../../server/platform/errors.js";
import { encodeValue, entryKey } from "../../server/records/records.js";
import { checkRepository } from "../../server/repository/check/check.js";
import { initRepository } from "../../server/repository/init.js";
import {
  MANIFEST_FORMAT,
  type Manifest,
  type SegmentEntry,
} from "../../server/repository/manifest.js";
import { putManifest } from "../../server/repository/manifest-objects.js";
import { databaseSums } from "../../server/repository/manifest-sums.js";
import { type OpenedRepository, openRepository } from "../../server/repository/open.js";
import { cutSegments } from "../../server/repository/segments/cut-segments.js";
import { readSegment } from "../../server/repository/segments/read-segment.js";
import { segmentName } from "../../server/repository/segments/segment-path.js";
import { SegmentStore } from "../../server/repository/segments/segment-store.js";
import { findSnapshot } from "../../server/repository/snapshots.js";
import { areMany } from "../faults/chosen.js";
import { type Pair, rawBlocks } from "../formats/snapshot/make-snapshot.js";
import { MemoryPlace } from "./memory-place.js";

/** How many bytes of an object the short form tries. */
const SHORT = 40;

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

/** Segments of two records each. */
async function* blocks(first: number, count: number) {
  const pairs = Array.from({ length: count }, (_, block) =>
    [0, 1].map((n): Pair => {
      const ms = (first + block) * 100 + n;
      const value = { timestamp: new Date(ms).toISOString(), fields: { n: String(n) } };
      return { key: entryKey("app", ms, uuid(ms)), value: encodeValue(value) };
    }),
  );
  for await (const block of rawBlocks(pairs)) yield { ...block, endsSegment: true };
}

async function putSnapshot(
  repository: OpenedRepository,
  at: [first: number, count: number],
  day: string,
) {
  const store = await SegmentStore.open(repository);
  const segments: SegmentEntry[] = [];
  for await (const { records } of cutSegments("logs", blocks(...at), () => {}))
    segments.push(await store.put("logs", records.facts(), await records.pack()));
  const manifest: Manifest = {
    format: MANIFEST_FORMAT,
    version: 1,
    setId: randomUUID(),
    createdAt: `2026-11-${day}T10:00:00.000Z`,
    producer: "test",
    host: "here",
    tags: ["a"],
    databases: { logs: { ...databaseSums(segments), segments } },
  };
  await putManifest(repository, manifest);
  return manifest;
}

describe.each(["encrypted", "unencrypted"] as const)("of an %s repository", (how) => {
  const unencrypted = how === "unencrypted";
  let space: string;
  let place: MemoryPlace;
  let objects: [path: string, bytes: Buffer][];
  let manifests: Manifest[];
  beforeAll(async () => {
    space = await mkdtemp(join(tmpdir(), "flowg-every-byte-"));
    place = new MemoryPlace();
    const [identityFile, keyFile] = [
      join(space, "id"),
      unencrypted ? undefined : join(space, "key"),
    ];
    const readers = unencrypted ? {} : { identityFile };
    await initRepository({ place, readers, keyFile, unencrypted });
    const repository = await open();
    manifests = [
      await putSnapshot(repository, [0, 2], "27"),
      // the second segment is in both
      await putSnapshot(repository, [1, 2], "28"),
    ];
    objects = [...place.objects].map(([path, { bytes }]) => [path, Buffer.from(bytes)]);
    expect(objects).toHaveLength(1 + 3 + (unencrypted ? 2 : 4));
  });
  afterAll(() => rm(space, { recursive: true }));

  const open = () =>
    openRepository({
      place,
      identityFiles: unencrypted ? [] : [join(space, "id")],
      keyFiles: unencrypted ? [] : [join(space, "key")],
      mustRead: true,
    });

  /** Reads all of a snapshot. @throws unless it is what was written */
  async function readAll(repository: OpenedRepository, { setId }: Manifest): Promise<unknown> {
    const { manifest } = await findSnapshot(repository, { snapshot: setId });
    const segments: unknown[] = [];
    for (const entry of manifest.databases.logs?.segments ?? []) {
      const plain = await readSegment(repository, { database: "logs", entry });
      segments.push(plain.toString("hex"));
    }
    return { manifest, segments };
  }

  const dependsOn = (
    { setId, databases }: Manifest,
    path: string,
    repository: OpenedRepository,
  ) => {
    const name = segmentName(path, repository.keys.cipher);
    return name === undefined
      ? path.includes(setId)
      : (databases.logs?.segments.some((entry) => entry.name === name) ?? false);
  };

  test("each byte that is changed is found, or changes nothing", {
    timeout: 12 * 3_600_000,
  }, async () => {
    const repository = await open();
    const right = await Promise.all(manifests.map((one) => readAll(repository, one)));
    const harmless = new Map<string, number>();
    for (const [path, bytes] of objects) {
      const step = areMany ? 1 : bytes.length / SHORT;
      for (let exact = 0; exact < bytes.length; exact += step) {
        const at = Math.floor(exact);
        // one bit, another one each time; or all of them
        const masks = areMany ? [1 << (at % 8), 0xff] : [1 << (at % 8)];
        for (const mask of masks) {
          const changed = Buffer.from(bytes);
          changed[at] = (changed[at] as number) ^ mask;
          place.objects.set(path, { bytes: changed, storedAt: place.now });
          const of = path === "repository.json" ? await open().catch(refusal) : repository;
          for (const [index, manifest] of manifests.entries()) {
            const found =
              of instanceof FlowgError ? of : await readAll(of, manifest).catch(refusal);
            if (found instanceof FlowgError) {
              const mayFail = path === "repository.json" || dependsOn(manifest, path, repository);
              expect(mayFail, `${path} at ${at}: ${found.message}`).toBe(true);
            } else {
              expect(found, `${path} at ${at}`).toEqual(right[index]);
              if (dependsOn(manifest, path, repository))
                harmless.set(path, (harmless.get(path) ?? 0) + 1);
            }
          }
        }
      }
      place.objects.set(path, { bytes, storedAt: place.now });
    }
    // comments of signatures, and what a format doesn't use, at most
    for (const path of harmless.keys()) expect(path).toMatch(/minisig$/);
  });

  function refusal(error: unknown): FlowgError {
    if (error instanceof FlowgError && error.code !== "INTERNAL") return error;
    throw error;
  }

  test("a check names what was changed, and the snapshots that lose it", async () => {
    const repository = await open();
    for (const [path, bytes] of objects) {
      if (path === "repository.json" || path.endsWith("minisig")) continue;
      for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] as number) ^ 0x10;
        place.objects.set(path, { bytes: changed, storedAt: place.now });
        const { lost, unreadable } = await checkRepository(repository, { readShare: 1 });
        expect([...lost, ...unreadable].map((one) => one.path)).toEqual([path]);
        const losing = manifests.filter((one) => dependsOn(one, path, repository));
        if (lost[0])
          expect(lost[0].snapshots.sort()).toEqual(losing.map(({ setId }) => setId).sort());
      }
      place.objects.set(path, { bytes, storedAt: place.now });
    }
  });

  test("each object that is removed is missed, and nothing else", async () => {
    const repository = await open();
    const right = await Promise.all(manifests.map((one) => readAll(repository, one)));
    for (const [path, bytes] of objects) {
      place.objects.delete(path);
      if (path === "repository.json") {
        const without = await open();
        expect(without.lostFile?.code).toBe("REPOSITORY_MISSING");
        const found = await Promise.all(manifests.map((one) => readAll(without, one)));
        expect(found).toEqual(right);
        await expect(without.keys.cipher.encrypt(bytes)).rejects.toMatchObject({
          code: "REPOSITORY_MISSING",
        });
      } else {
        for (const [index, manifest] of manifests.entries()) {
          const found = await readAll(repository, manifest).catch(refusal);
          if (dependsOn(manifest, path, repository)) expect(found).toBeInstanceOf(FlowgError);
          else expect(found).toEqual(right[index]);
        }
        const { lost, unreadable, unknown } = await checkRepository(repository, { readShare: 0 });
        const told = [...lost, ...unreadable].map((one) => one.path);
        // without its manifest a snapshot is forgotten, and only its signature is left
        const isForgotten = path.startsWith("snapshots/") && !path.endsWith("minisig");
        if (!isForgotten) expect(told).toEqual([path.replace(/\.minisig$/, "")]);
        else expect([told, unknown]).toEqual([[], unencrypted ? [] : [`${path}.minisig`]]);
      }
      place.objects.set(path, { bytes, storedAt: place.now });
    }
  });
});
