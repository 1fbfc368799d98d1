// The pieces at the ends of streams: what a backup makes of what has changed is what it would make of everything, and little is stored
// for little that was added.

import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import type { DatabaseDirs } from "../../server/core.js";
import { lmdb } from "../../server/engine/lmdb.js";
import { backupToRepositories } from "../../server/operations/repository/backup.js";
import { encodeValue, entryKey, streamKey } from "../../server/records/records.js";
import { repositoryKeys } from "../../server/repository/keys/repository-keys.js";
import type { DatabaseManifest } from "../../server/repository/manifest.js";
import type { Repository } from "../../server/repository/repository.js";
import { findSnapshot } from "../../server/repository/snapshots.js";
import { workspace } from "../operations/offline/contents.js";
import { Random } from "../storage/tracking/random.js";
import { MemoryPlace } from "./memory-place.js";

const SEEDS = process.env.FLOWG_SEQUENCE_SEED?.split(",").map(Number) ?? [18];

function empty(): Repository {
  const id = randomUUID();
  return { id, place: new MemoryPlace(), keys: repositoryKeys({ id, trusted: [] }) };
}

async function logsIn(repository: Repository, dirs: DatabaseDirs): Promise<DatabaseManifest> {
  const repositories = [{ repository }];
  const options = { dirs, only: ["logs" as const], tags: [], host: "here", repositories };
  await backupToRepositories({ ...options, allowShrink: true }, lmdb);
  return (await findSnapshot(repository, {})).manifest.databases.logs as DatabaseManifest;
}

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

interface Change {
  stream: string;
  from: number;
  count: number;
}

async function write(dirs: DatabaseDirs, { stream, from, count }: Change, salt = 0) {
  await using logs = await lmdb.open({ kind: "logs", dir: dirs.logs }, { mode: "create" });
  await logs.change((changes) => {
    changes.put(streamKey(stream), encodeValue({ ttl: 0, size: 0, indexed_fields: [] }));
    for (let n = from; n < from + count; n++) {
      const text = `${Math.imul(n + 1, 2_654_435_761 + salt)} `.repeat(20);
      const value = { timestamp: new Date(n).toISOString(), fields: { text } };
      changes.put(entryKey(stream, n, uuid(n)), encodeValue(value));
    }
  });
}

async function remove(dirs: DatabaseDirs, { stream, from, count }: Change) {
  await using logs = await lmdb.open({ kind: "logs", dir: dirs.logs }, { mode: "create" });
  await logs.change((changes) => {
    for (let n = from; n < from + count; n++) changes.remove(entryKey(stream, n, uuid(n)));
  });
}

const cutsOf = ({ segments }: DatabaseManifest) =>
  segments.map(({ contentSha256, firstKey, lastKey, entries, checksums, goesOn = false }) => ({
    contentSha256,
    firstKey,
    lastKey,
    entries,
    checksums,
    goesOn,
  }));

it.each(SEEDS)(
  "are those of a backup that reads everything, after any changes (seed %i)",
  async (seed) => {
    await using space = await workspace();
    const dirs = space.dirs("data");
    const random = new Random(seed);
    const grows = empty();
    const ends: Record<string, number> = {};
    let [merged, seen] = [0, 0];
    let pieces = new Set<string>();
    for (let round = 0; round < 14; round++) {
      for (let n = random.upTo(2); n > 0; n--) {
        const stream = random.of(["app", "jobs", "small", "web"]);
        const end = ends[stream] ?? 0;
        const count =
          stream === "small" ? random.upTo(20) : random.upTo(random.of([5, 300, 2_500]));
        const what =
          end > 100 ? random.of(["grows", "grows", "grows", "changes", "loses"]) : "grows";
        const from = what === "grows" ? end : random.upTo(end) - 1;
        if (what === "loses") await remove(dirs, { stream, from, count: Math.min(count, 60) });
        else await write(dirs, { stream, from, count }, what === "changes" ? round : 0);
        ends[stream] = Math.max(end, what === "loses" ? 0 : from + count);
      }
      const found = cutsOf(await logsIn(grows, dirs));
      expect(found).toEqual(cutsOf(await logsIn(empty(), dirs)));
      const now = new Set(found.filter(({ goesOn }) => goesOn).map((one) => one.contentSha256));
      seen += now.size;
      for (const piece of pieces) if (!now.has(piece)) merged++;
      pieces = now;
    }
    expect(seen).toBeGreaterThan(5);
    expect(merged).toBeGreaterThan(0);
  },
);

it("are small, so that a few entries more cost little", async () => {
  await using space = await workspace();
  const dirs = space.dirs("data");
  await write(dirs, { stream: "app", from: 0, count: 2_000 });
  await write(dirs, { stream: "web", from: 0, count: 9_000 });
  const repository = empty();
  const before = await logsIn(repository, dirs);
  await write(dirs, { stream: "app", from: 2_000, count: 10 });
  const after = await logsIn(repository, dirs);
  const known = new Set(before.segments.map(({ contentSha256 }) => contentSha256));
  const anew = after.segments.filter(({ contentSha256 }) => !known.has(contentSha256));
  expect(after.entries).toBe(before.entries + 10);
  expect(anew.reduce((sum, { rawBytes }) => sum + rawBytes, 0)).toBeLessThan(300_000);
  // one segment as soon as it ends by its records: pieces are at the ends of streams alone
  const wholes = after.segments.filter(({ rawBytes }) => rawBytes > 640 * 1024);
  expect(wholes.length).toBeGreaterThan(2);
});
