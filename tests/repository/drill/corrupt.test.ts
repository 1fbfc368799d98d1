// Repositories are damaged, each in another way, and no drill of them passes. Some damage is what chance does to a disk. Most
// is what somebody with all keys, or a fault of this program, could make: the hashes and signatures are right, the records are
// wrong.

import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lmdb } from "../../../server/engine/lmdb.js";
import { drillRepository } from "../../../server/operations/drill/drill.js";
import type { DrillOutcome } from "../../../server/records/drill-report.js";
import type { DatabaseKind } from "../../../server/records/kinds.js";
import {
  encodeValue,
  entryKey,
  roleKey,
  streamKey,
  tokenKey,
  userKey,
} from "../../../server/records/records.js";
import { newIdentity } from "../../../server/repository/keys/identities.js";
import { newSigningKey } from "../../../server/repository/keys/minisign.js";
import { repositoryKeys } from "../../../server/repository/keys/repository-keys.js";
import type { DatabaseManifest, Manifest } from "../../../server/repository/manifest.js";
import { putManifest, signaturePathOf } from "../../../server/repository/manifest-objects.js";
import { segmentPath } from "../../../server/repository/segments/segment-path.js";
import { findSnapshot, listSnapshots } from "../../../server/repository/snapshots.js";
import type { Pair } from "../../formats/snapshot/make-snapshot.js";
import {
  changeRecords,
  copyWorld,
  forge,
  json,
  MAKER,
  makeWorld,
  newestOf,
  segmentsOf,
  uuid,
  type World,
} from "./world.js";

const space = await mkdtemp(join(tmpdir(), "flowg-drill-"));
beforeAll(() => makeWorld(space));
afterAll(() => rm(space, { recursive: true, force: true }));

let made = 0;
/** @param as how it is chosen: as a job does, which knows what it has stored last, or as a person who names nothing */
async function drilled(
  damage: (world: World) => Promise<unknown>,
  as: "job" | "person" = "job",
): Promise<DrillOutcome> {
  const name = `copy-${++made}`;
  await using world = await copyWorld(space, name);
  const { setId: stored } = (await newestOf(world)).manifest;
  await damage(world);
  const wish = as === "job" ? { of: MAKER, stored } : {};
  const report = await drillRepository(world.repository, { ...wish, scratchDir: space }, lmdb);
  await rm(world.root, { recursive: true });
  const [outcome] = report.drills;
  expect(report.drills).toHaveLength(1);
  expect(report.ok).toBe(outcome?.ok);
  return outcome as DrillOutcome;
}

type Kind = DatabaseKind;
const KINDS = ["auth", "config", "logs"] as const;

/** The file of a segment of the newest snapshot. */
async function fileOf(world: World, kind: Kind, index = 0): Promise<string> {
  const { name } = segmentsOf(await newestOf(world), kind).at(index) as { name: string };
  return join(world.root, segmentPath(name, world.repository.keys.cipher));
}
const manifestFile = async (world: World) => join(world.root, (await newestOf(world)).path);

async function flip(path: string): Promise<void> {
  const bytes = await readFile(path);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = ~(bytes[at] ?? 0) & 0xff;
  await writeFile(path, bytes);
}

const halve = async (path: string) => truncate(path, Math.floor((await readFile(path)).length / 2));
const extend = async (path: string) =>
  writeFile(path, Buffer.concat([await readFile(path), Buffer.alloc(1)]));

type Damage = (world: World) => Promise<unknown>;
const database = (manifest: Manifest, kind: Kind) => manifest.databases[kind] as DatabaseManifest;
const segment = (manifest: Manifest, kind: Kind, index = 0) => {
  const { segments } = database(manifest, kind);
  return segments.at(index) as (typeof segments)[number];
};

/** What happens to objects. */
const objects: [string, Damage][] = KINDS.flatMap((kind): [string, Damage][] => [
  [`${kind}: a byte of a segment`, async (world) => flip(await fileOf(world, kind))],
  [`${kind}: a segment cut`, async (world) => halve(await fileOf(world, kind))],
  [`${kind}: a segment missing`, async (world) => rm(await fileOf(world, kind))],
  [`${kind}: a segment empty`, async (world) => truncate(await fileOf(world, kind), 0)],
  [`${kind}: a segment longer`, async (world) => extend(await fileOf(world, kind))],
  [
    `${kind}: another database's segment`,
    async (world) =>
      writeFile(
        await fileOf(world, kind),
        await readFile(await fileOf(world, kind === "auth" ? "config" : "auth")),
      ),
  ],
]);

const manifests: [string, Damage][] = [
  ["a byte of the manifest", async (world) => flip(await manifestFile(world))],
  ["the manifest cut", async (world) => halve(await manifestFile(world))],
  ["the manifest empty", async (world) => truncate(await manifestFile(world), 0)],
  ["the manifest longer", async (world) => extend(await manifestFile(world))],
  ["no signature", async (world) => rm(signaturePathOf(await manifestFile(world)))],
  ["a byte of the signature", async (world) => flip(signaturePathOf(await manifestFile(world)))],
  [
    "another signer",
    async ({ repository }) => {
      const { ref, manifest } = await findSnapshot(repository, {});
      const { place, id, file } = repository;
      const signingKey = newSigningKey();
      const encryption = {
        recipients: file.recipients,
        nameKey: Buffer.alloc(32),
        identities: repository.identities,
      };
      await place.remove(ref.path);
      const keys = repositoryKeys({ id, trusted: [], encryption, signingKey });
      await putManifest({ place, keys }, manifest);
    },
  ],
  [
    "encrypted for others",
    async ({ repository }) => {
      const { ref } = await findSnapshot(repository, {});
      const { place, id, keys } = repository;
      const { recipient } = newIdentity();
      const encryption = { recipients: [recipient], nameKey: Buffer.alloc(32), identities: [] };
      const { cipher } = repositoryKeys({ id, trusted: [], encryption });
      const stored = await cipher.encrypt(Buffer.from("{}"));
      await place.put(ref.path, stored);
      await place.put(signaturePathOf(ref.path), Buffer.from(keys.sign?.(stored, ref.path) ?? ""));
    },
  ],
  [
    "an older manifest in its place",
    async ({ repository }) => {
      const [newest, older] = await listSnapshots(repository);
      const { place } = repository;
      for (const path of ["path", "signaturePath"] as const)
        await place.put(
          newest?.[path] ?? "",
          (await place.get(older?.[path] ?? "")) ?? Buffer.alloc(0),
        );
    },
  ],
  ["another id", (world) => storedAs(world, (manifest) => ({ ...manifest, setId: uuid(9) }))],
  [
    "another time",
    (world) => storedAs(world, (manifest) => ({ ...manifest, createdAt: "2020-01-01T00:00:00Z" })),
  ],
  ["a later version", (world) => storedAs(world, (manifest) => ({ ...manifest, version: 99 }))],
  ["no segments' list", (world) => storedAs(world, (manifest) => ({ ...manifest, databases: 1 }))],
  ["text that isn't a JSON object", (world) => storedAs(world, () => "manifest")],
  [
    "a database that nobody knows",
    (world) =>
      storedAs(world, (manifest) => ({
        ...manifest,
        databases: { ...manifest.databases, other: manifest.databases.auth },
      })),
  ],
];

/** Whatever it is, encrypted and signed in the place of the newest manifest. */
async function storedAs(world: World, change: (manifest: Manifest) => unknown): Promise<void> {
  const { place, keys } = world.repository;
  const { manifest, path } = await newestOf(world);
  const { compressed } = await import("../../../server/formats/snapshot/compressed.js");
  const stored = await keys.cipher.encrypt(await compressed(json(change(manifest))));
  await place.put(signaturePathOf(path), Buffer.from(keys.sign?.(stored, path) ?? ""));
  await place.put(path, stored);
}

/** What a signed manifest says, and isn't so. */
const facts: [string, Damage][] = [
  ...KINDS.flatMap((kind): [string, Damage][] => [
    [`${kind}: one record more`, (w) => forge(w, (m) => void segment(m, kind).entries++)],
    [`${kind}: more bytes`, (w) => forge(w, (m) => void segment(m, kind).rawBytes++)],
    [
      `${kind}: other contents`,
      (w) =>
        forge(w, (m) => {
          segment(m, kind).contentSha256 = "ab".repeat(32);
        }),
    ],
    [
      `${kind}: another sum of checksums`,
      (w) =>
        forge(w, (m) => {
          const one = segment(m, kind);
          one.checksums = ((one.checksums ?? 0) + 1) >>> 0;
        }),
    ],
    [`${kind}: missing`, (w) => forge(w, (m) => void delete m.databases[kind])],
    [
      `${kind}: another count`,
      (w) => forge(w, (m) => void database(m, kind).entries++, { sums: false }),
    ],
  ]),
  [
    "auth: an earlier first key",
    (w) =>
      forge(w, (m) => {
        segment(m, "auth").firstKey = "a";
      }),
  ],
  [
    "auth: a later last key",
    (w) =>
      forge(w, (m) => {
        segment(m, "auth").lastKey = "z";
      }),
  ],
  [
    "logs: two segments swapped",
    (w) => forge(w, (m) => void database(m, "logs").segments.reverse()),
  ],
  [
    "logs: a segment twice",
    (w) => forge(w, (m) => void database(m, "logs").segments.unshift(segment(m, "logs"))),
  ],
  [
    "logs: a segment of another snapshot's",
    async (w) => {
      const [, older] = await listSnapshots(w.repository);
      const { manifest } = await findSnapshot(w.repository, { snapshot: older?.setId ?? "" });
      const now = database((await newestOf(w)).manifest, "logs").segments;
      const then = database(manifest, "logs").segments;
      const isIn = (list: typeof now) => (one: (typeof now)[number]) =>
        list.some(({ name }) => name === one.name);
      const gone = then.find((one) => !isIn(now)(one));
      if (!gone) throw new Error("both have the same segments");
      const { name, storedBytes, storedSha256 } = gone;
      const at = now.findIndex((one) => !isIn(then)(one));
      const other = { name, storedBytes, storedSha256 };
      await forge(w, (m) => void Object.assign(segment(m, "logs", at), other));
    },
  ],
  [
    "logs: one without the segment's records, the sums as they were",
    (w) => forge(w, (m) => void database(m, "logs").segments.shift(), { sums: false }),
  ],
  [
    "config: the segments of auth",
    (w) =>
      forge(w, (m) => {
        database(m, "config").segments = database(m, "auth").segments;
      }),
  ],
  [
    "logs: it has lost records",
    (w) =>
      forge(w, (m) => {
        database(m, "logs").lost = 5;
      }),
  ],
];

const auth = (change: (pairs: Pair[]) => Pair[]): Damage => {
  return (world) => changeRecords(world, ["auth", 0], change);
};
const logs = (change: (pairs: Pair[]) => Pair[], index = 0): Damage => {
  return (world) => changeRecords(world, ["logs", index], change);
};
const sorted = (pairs: Pair[]) => pairs.sort((a, b) => a.key.compare(b.key));
const changed = (key: Buffer, value: unknown) => (pairs: Pair[]) =>
  pairs.map((pair) => (pair.key.equals(key) ? { key, value: json(value) } : pair));
const bad = (key: Buffer | string, value: unknown) => (pairs: Pair[]) =>
  sorted([...pairs, { key: Buffer.from(key), value: json(value) }]);
const firstEntry = (change: (pair: Pair) => Pair) => (pairs: Pair[]) =>
  pairs.map((pair, n) => (n === 0 ? change(pair) : pair));

/** Records that are wrong, with all hashes made anew. */
const records: [string, Damage][] = [
  [
    "auth: two tokens of one hash",
    auth((pairs) => {
      const [token] = pairs.filter(({ key }) => key.toString().startsWith("token"));
      return sorted([...pairs, { key: tokenKey("root", uuid(77)), value: token?.value as Buffer }]);
    }),
  ],
  ["auth: nobody administers", auth(changed(roleKey("admin"), { scopes: [] }))],
  ["auth: no users", auth((pairs) => pairs.filter(({ key }) => key.toString().startsWith("role")))],
  ["auth: an unknown kind", auth(bad("thing\x1bx", {}))],
  [
    "auth: a token of two hashes",
    auth(bad(tokenKey("root", uuid(5)), { sha256: "ab".repeat(32), legacyHash: "x" })),
  ],
  ["auth: a user without a password", auth(changed(userKey("alice"), { roles: [] }))],
  ["auth: a role that is none", auth(changed(roleKey("admin"), ["write_acls"]))],
  ["auth: a token without a UUID", auth(bad("token\x1broot\x1bx", { sha256: "ab".repeat(32) }))],
  ["auth: records of logs", auth(bad(streamKey("app"), { ttl: 0, size: 0, indexed_fields: [] }))],
  ["auth: keys out of order", auth((pairs) => pairs.reverse())],
  ["auth: a key twice", auth((pairs) => [pairs[0] as Pair, ...pairs])],
  ["auth: a key too long", auth(bad(userKey("x".repeat(3_000)), {}))],
  [
    "auth: a segment that says it is config's",
    (w) => changeRecords(w, ["auth", 0], (pairs) => pairs, { ofKind: "config" }),
  ],
  [
    "auth: a record less than the manifest says",
    (w) => changeRecords(w, ["auth", 0], (pairs) => pairs.slice(0, -1), { sums: false }),
  ],
  [
    "auth: a value other than the manifest's",
    (w) =>
      changeRecords(
        w,
        ["auth", 0],
        changed(userKey("alice"), { passwordHash: "other", roles: ["admin"] }),
        { sums: false },
      ),
  ],
  [
    "logs: an entry of another value than the manifest's",
    (w) =>
      changeRecords(
        w,
        ["logs", 0],
        firstEntry(({ key, value }) => ({
          key,
          value: Buffer.from(value.toString().replace(/info|warning|error/, "another")),
        })),
        { sums: false },
      ),
  ],
  [
    "logs: an entry that isn't JSON",
    logs(firstEntry(({ key }) => ({ key, value: Buffer.from("{") }))),
  ],
  [
    "logs: an entry without fields",
    logs(firstEntry(({ key }) => ({ key, value: json({ timestamp: "x" }) }))),
  ],
  [
    "logs: a field that is no text",
    logs(firstEntry(({ key }) => ({ key, value: json({ timestamp: "x", fields: { level: 1 } }) }))),
  ],
  [
    "logs: an entry's key without a UUID",
    logs(
      firstEntry(({ value }) => ({
        key: Buffer.from("entry\x1bapp\x1b00000000000000000001\x1bX"),
        value,
      })),
    ),
  ],
  [
    "logs: entries out of order",
    logs((pairs) => [pairs[1] as Pair, pairs[0] as Pair, ...pairs.slice(2)]),
  ],
  ["logs: an entry twice", logs((pairs) => [pairs[0] as Pair, ...pairs])],
  [
    "logs: a stream that is none",
    logs(changed(streamKey("app"), { ttl: "long", size: 0, indexed_fields: [] }), -1),
  ],
  [
    "logs: an index of no list",
    logs(changed(streamKey("app"), { ttl: 0, size: 0, indexed_fields: "level" }), -1),
  ],
  [
    "logs: an entry past its segment",
    (w) =>
      changeRecords(
        w,
        ["logs", 0],
        (pairs) =>
          sorted([
            ...pairs,
            {
              key: entryKey("zzz", 1, uuid(1)),
              value: encodeValue({ timestamp: new Date(1).toISOString(), fields: {} }),
            },
          ]),
        { sums: false },
      ),
  ],
];

const ALL = [...objects, ...manifests, ...facts, ...records];

test("there are sixty kinds at least", () => {
  expect(new Set(ALL.map(([name]) => name)).size).toBeGreaterThanOrEqual(60);
});

test("the repository that they are made of passes", async () => {
  const outcome = await drilled(async () => {});
  expect(outcome.problems).toEqual([]);
  expect(outcome).toMatchObject({ ok: true, warnings: [], age: "newest" });
  expect(outcome.databases.map(({ database, entries }) => [database, entries])).toEqual([
    ["auth", 6],
    ["logs", 722],
    ["config", 3],
  ]);
});

describe("doesn't pass:", () => {
  test.each(ALL)("%s", async (_, damage) => {
    expectProblems(await drilled(damage));
  });

  // which snapshot is chosen, their manifests alone can change
  test.each(manifests)("%s, drilled by a person", async (_, damage) => {
    expectProblems(await drilled(damage, "person"));
  });
});

function expectProblems({ ok, problems }: DrillOutcome): void {
  expect(ok).toBe(false);
  expect(problems.length).toBeGreaterThan(0);
  for (const { message } of problems) expect(message).not.toContain("undefined");
}

test("passes with a warning: a pipeline that can't run", async () => {
  const outcome = await drilled((world) =>
    changeRecords(world, ["config", 0], (pairs) =>
      pairs.map((pair) =>
        pair.key.toString().startsWith("pipeline")
          ? {
              key: pair.key,
              value: json({
                version: 1,
                nodes: [
                  {
                    id: "__builtin__source_direct",
                    type: "source",
                    position: { x: 0, y: 0 },
                    data: { type: "direct" },
                  },
                ],
                edges: [],
              }),
            }
          : pair,
      ),
    ),
  );
  expect(outcome.problems).toEqual([]);
  expect(outcome.warnings.join()).toContain('config: The pipeline "default"');
});
