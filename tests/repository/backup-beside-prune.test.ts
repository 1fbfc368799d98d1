// A real backup beside a real prune that is about to remove what the backup counts on: one runs to some request and waits, the
// other runs, at each request of both. Whatever the order, the new snapshot is whole.

import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pruneRepository } from "../../server/operations/repository/prune.js";
import { newIdentity } from "../../server/repository/keys/identities.js";
import { newSigningKey } from "../../server/repository/keys/minisign.js";
import { repositoryKeys } from "../../server/repository/keys/repository-keys.js";
import { readManifest } from "../../server/repository/manifest-objects.js";
import type { Repository } from "../../server/repository/repository.js";
import { listSnapshots } from "../../server/repository/snapshots.js";
import { areMany } from "../faults/chosen.js";
import { Random } from "../storage/tracking/random.js";
import { MemoryPlace } from "./memory-place.js";
import { backUpSmall, fillSmall, smallDirs, wholeSnapshots } from "./small-world.js";

/** Orders of each kind that are tried, in the short form. */
const SHORT = 4;

let space: string;
let initial: MemoryPlace["objects"];
let repositoryAt: (place: MemoryPlace, canRead: boolean) => Repository;
const dirs = () => smallDirs(join(space, "data"));
const keyFilePath = () => join(space, "key.json");

beforeAll(async () => {
  space = await mkdtemp(join(tmpdir(), "flowg-beside-"));
  const [identity, signingKey, id] = [newIdentity(), newSigningKey(), randomUUID()];
  const facts = { id, trusted: [signingKey.publicKey], signingKey };
  const encryption = { recipients: [identity.recipient], nameKey: Buffer.alloc(32, 3) };
  repositoryAt = (place, canRead) => {
    const identities = canRead ? [identity] : [];
    return {
      id,
      place,
      keys: repositoryKeys({ ...facts, encryption: { ...encryption, identities } }),
    };
  };
  const place = new MemoryPlace();
  const other = smallDirs(join(space, "other"));
  await fillSmall(other, 2);
  await backUpSmall(other, repositoryAt(place, false));
  await fillSmall(dirs(), 1);
  await backUpSmall(dirs(), repositoryAt(place, false), keyFilePath());
  // the last backup is forgotten, and what it had is old
  const [newest] = await listSnapshots(repositoryAt(place, true));
  for (const path of [newest?.path ?? "", newest?.signaturePath ?? ""]) place.objects.delete(path);
  place.now = new Date(place.now.getTime() + 48 * 3_600_000);
  initial = new Map(place.objects);
});
afterAll(() => rm(space, { recursive: true, force: true }));

/** One of the two, as its requests are let through. */
class Actor {
  readonly place = new MemoryPlace();
  requests = 0;
  #stops: { at: number; until: Promise<unknown>; reached: () => void }[] = [];

  constructor(objects: MemoryPlace["objects"], now: Date) {
    Object.assign(this.place, { objects, now });
    this.place.before = async () => {
      this.requests++;
      for (const { at, until, reached } of this.#stops) {
        if (at !== this.requests) continue;
        reached();
        await until;
      }
    };
  }

  /** Waits before that request. @returns when it has come to it */
  stopAt(at: number, until: Promise<unknown>): Promise<void> {
    return new Promise((reached) => this.#stops.push({ at, until, reached }));
  }
}

interface Ended {
  backup: number;
  prune: number;
  refilled: number;
}

/**
 * @param pruneAt the prune waits before that request until the backup has ended, or waits for it
 * @param backupAt the backup begins then, and waits before that request until the prune has ended; 0: it doesn't
 */
async function inOrder(pruneAt: number, backupAt: number): Promise<Ended> {
  const objects: MemoryPlace["objects"] = new Map(initial);
  const now = new Date(
    Math.max(...[...objects.values()].map(({ storedAt }) => storedAt.getTime())) + 48 * 3_600_000,
  );
  const [pruner, server] = [new Actor(objects, now), new Actor(objects, now)];
  let letPrune = () => {};
  const pruneMay = new Promise<void>((resolve) => {
    letPrune = resolve;
  });
  const pruneIsThere = pruner.stopAt(pruneAt, pruneMay);
  const removed = new Set<string>();
  let refilled = 0;
  const pruning = pruneRepository(repositoryAt(pruner.place, true), { batch: 1 });
  await Promise.race([pruneIsThere, pruning]);
  const before = new Set(objects.keys());
  const count = server.place.before;
  let looks = 0;
  server.place.before = async (request) => {
    for (const path of before) if (!objects.has(path)) removed.add(path);
    if (request.startsWith("putNew segments/") && removed.has(request.slice(7))) refilled++;
    // it waits for the prune
    if (request.startsWith("list locks/prune-") && ++looks === 2) letPrune();
    await count(request);
  };
  if (backupAt > 0)
    void server
      .stopAt(
        backupAt,
        pruning.catch(() => {}),
      )
      .then(letPrune);
  const backup = await backUpSmall(dirs(), repositoryAt(server.place, false), keyFilePath());
  letPrune();
  await pruning;
  expect(backup.notes).toEqual([]);
  expect(backup.repositories[0]).toMatchObject({ snapshot: expect.any(String) });
  await demandWhole(objects, `prune at ${pruneAt}, backup at ${backupAt}`);
  return { backup: server.requests, prune: pruner.requests, refilled };
}

async function demandWhole(objects: MemoryPlace["objects"], order: string): Promise<void> {
  const place = Object.assign(new MemoryPlace(), { objects });
  const repository = repositoryAt(place, true);
  const refs = await listSnapshots(repository);
  expect(refs).toHaveLength(2);
  const names = new Set(place.paths("segments/").map((path) => /[0-9a-f]{64}/.exec(path)?.[0]));
  for (const { path } of refs) {
    const manifest = await readManifest(repository, path, { demandSigned: true });
    for (const { segments } of Object.values(manifest?.databases ?? {}))
      for (const { name } of segments) expect(names, order).toContain(name);
  }
  expect(place.paths("locks/prune-")).toEqual([]);
}

test("at each request of both, the new snapshot is whole", { timeout: 3_600_000 }, async () => {
  const never = Number.POSITIVE_INFINITY;
  const apart = await inOrder(never, 0);
  const { backup, prune } = apart;
  expect(Math.min(backup, prune)).toBeGreaterThan(8);
  const random = new Random(Number(process.env.FLOWG_SEQUENCE_SEED ?? 18));
  const points = (count: number) =>
    areMany
      ? Array.from({ length: count }, (_, n) => n + 1)
      : Array.from({ length: SHORT }, () => random.upTo(count));
  const orders: [number, number][] = [
    // the prune waits in the midst; the backup does; and both, one after the other
    ...points(prune).map((at): [number, number] => [at, 0]),
    ...points(backup).map((at): [number, number] => [1, at]),
    ...points(prune).flatMap((at) =>
      (areMany ? points(backup) : [random.upTo(backup)]).map((other): [number, number] => [
        at,
        other,
      ]),
    ),
  ];
  let refilled = 0;
  for (const [pruneAt, backupAt] of orders) refilled += (await inOrder(pruneAt, backupAt)).refilled;
  // or it would be of no use
  expect(refilled).toBeGreaterThan(0);
});

test("and holds what it should", async () => {
  const objects: MemoryPlace["objects"] = new Map(initial);
  const place = Object.assign(new MemoryPlace(), { objects });
  const reader = repositoryAt(place, true);
  const whole = await wholeSnapshots(reader);
  await Promise.all([
    pruneRepository(reader, { graceMs: 0, batch: 1 }),
    backUpSmall(dirs(), repositoryAt(place, false), keyFilePath()),
  ]);
  expect(await wholeSnapshots(reader)).toEqual([...whole, expect.any(String)]);
});
