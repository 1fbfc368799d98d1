// After any sequence of writes, retention, restores, backups, forgets and prunes, also of those that are cut off or run beside
// each other: each snapshot that is there holds exactly the records of its instant, as a model of its own says.
// `FLOWG_SEQUENCE_SEED=7,8 FLOWG_SEQUENCE_STEPS=400` runs others.

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { newIdentity } from "../../../server/repository/keys/identities.js";
import { newSigningKey } from "../../../server/repository/keys/minisign.js";
import { repositoryKeys } from "../../../server/repository/keys/repository-keys.js";
import { openPlace } from "../../../server/repository/places/open-place.js";
import type { Place } from "../../../server/repository/places/place.js";
import { type Workspace, workspace } from "../../operations/offline/contents.js";
import { Random } from "../../storage/tracking/random.js";
import { withEnvironment } from "../../support/environment.js";
import {
  describeWithStore,
  freshUrl,
  keysOf,
  startObjectStore,
} from "../../support/object-store.js";
import { ClockedPlace } from "./clocked-place.js";
import { type Given, World } from "./world.js";

const { FLOWG_SEQUENCE_SEED: SEEDS, FLOWG_SEQUENCE_STEPS = "50" } = process.env;
const seedsOr = (few: readonly number[]) => SEEDS?.split(",").map(Number) ?? few;
const HOUR = 3_600_000;
const LONG = 3_600_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

async function given(inner: Place): Promise<Given> {
  const place = new ClockedPlace(inner);
  const [identity, signingKey, id] = [newIdentity(), newSigningKey(), randomUUID()];
  const facts = { id, trusted: [signingKey.publicKey], signingKey };
  const encryption = { recipients: [identity.recipient], nameKey: Buffer.alloc(32, 3) };
  const keys = (identities: (typeof identity)[]) =>
    repositoryKeys({ ...facts, encryption: { ...encryption, identities } });
  return {
    place,
    server: { id, place, keys: keys([]) },
    reader: { id, place, keys: keys([identity]) },
  };
}

async function run(
  seed: number,
  of: { space: Workspace; repositories: Given[]; time: { begins: number; steps: number[] } },
): Promise<World["seen"]> {
  const world = new World(of.space, new Random(seed), of.repositories, of.time);
  await world.open();
  const happened: string[] = [];
  try {
    await world.begin();
    for (let step = 0; step < Number(FLOWG_SEQUENCE_STEPS); step++)
      happened.push(await world.happen());
    await world.end();
  } catch (error) {
    throw new Error(`seed ${seed}, after ${happened.join(", ")}: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    await world.close();
  }
  return world.seen;
}

test.each(seedsOr([1, 2]))("in directories (seed %i)", { timeout: LONG }, async (seed) => {
  await using space = await workspace();
  const places = [0, 1].map((n) => openPlace(join(space.path, `repository-${n}`)));
  const repositories = await Promise.all(places.map(async (place) => given(await place)));
  const time = {
    begins: Date.parse("2026-11-20T00:00:00Z"),
    steps: [1, 3_000, 11_000, 70_000, 7 * HOUR, 30 * HOUR],
  };
  const seen = await run(seed, { space, repositories, time });
  // or it would be of no use
  expect(seen.snapshots).toBeGreaterThan(3);
});

describeWithStore("in buckets", () => {
  test.each(seedsOr([4]))("(seed %i)", { timeout: LONG }, async (seed) => {
    await using space = await workspace();
    const store = await startObjectStore();
    using _keys = withEnvironment(keysOf(store.admin));
    const places = [0, 1].map(() => openPlace(freshUrl(store)));
    const repositories = await Promise.all(places.map(async (place) => given(await place)));
    vi.useRealTimers();
    // requests are signed for the time, which the store compares with its own
    const time = { begins: Date.now(), steps: [1, 3_000, 11_000] };
    vi.useFakeTimers({ toFake: ["Date"] });
    const seen = await run(seed, { space, repositories, time });
    expect(seen.snapshots).toBeGreaterThan(3);
    for (const { place } of repositories) await place.close();
  });
});
