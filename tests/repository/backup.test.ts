// A backup into repositories and a restore from them: what comes back is what was there, whatever happens on the way.

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { DatabaseDirs } from "../../server/core.js";
import { lmdb } from "../../server/engine/lmdb.js";
import { backupDirectories } from "../../server/operations/offline/backup.js";
import { restoreDirectories } from "../../server/operations/offline/restore.js";
import { backupToRepositories } from "../../server/operations/repository/backup.js";
import { exportSnapshot } from "../../server/operations/repository/export.js";
import { openSnapshot, snapshotSet } from "../../server/operations/repository/open-snapshot.js";
import { FlowgError } from "../../server/platform/errors.js";
import { DATABASE_KINDS } from "../../server/records/kinds.js";
import { encodeValue, entryKey, streamKey } from "../../server/records/records.js";
import { newIdentity } from "../../server/repository/keys/identities.js";
import { newSigningKey } from "../../server/repository/keys/minisign.js";
import { repositoryKeys } from "../../server/repository/keys/repository-keys.js";
import { openPlace } from "../../server/repository/places/open-place.js";
import type { Place } from "../../server/repository/places/place.js";
import type { Repository } from "../../server/repository/repository.js";
import { listSnapshots } from "../../server/repository/snapshots.js";
import {
  type AllContents,
  readContents,
  type Workspace,
  workspace,
} from "../operations/offline/contents.js";
import { MemoryPlace } from "./memory-place.js";
import { ROOT } from "./served.js";

const FLOWG_BACKUP = fileURLToPath(new URL("../fixtures/flowg-0.24.1", import.meta.url));

const plain = (place: Place): Repository => {
  const id = randomUUID();
  return { id, place, keys: repositoryKeys({ id, trusted: [] }) };
};

/** The repository as a server has it, and as a machine that restores has it. */
async function encrypted(place: Place): Promise<{ server: Repository; reader: Repository }> {
  const identity = newIdentity();
  const signingKey = newSigningKey();
  const facts = { id: randomUUID(), trusted: [signingKey.publicKey], signingKey };
  const encryption = { recipients: [identity.recipient], nameKey: Buffer.alloc(32, 3) };
  const keys = (identities: (typeof identity)[]) =>
    repositoryKeys({ ...facts, encryption: { ...encryption, identities } });
  return {
    server: { id: facts.id, place, keys: keys([]) },
    reader: { id: facts.id, place, keys: keys([identity]) },
  };
}

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
/** A text that hardly compresses. */
const text = (n: number) =>
  Array.from({ length: 40 }, (_, i) => Math.imul(n + 1, 2654435761 + i * 40503).toString(36)).join(
    "",
  );

/** Writes as a server does. */
async function write(dirs: DatabaseDirs, from: number, count: number, stream = "app") {
  await using logs = await lmdb.open({ kind: "logs", dir: dirs.logs }, { mode: "create" });
  await logs.change((changes) => {
    changes.put(streamKey(stream), encodeValue({ ttl: 0, size: 0, indexed_fields: [] }));
    for (let n = from; n < from + count; n++) {
      const value = { timestamp: new Date(n).toISOString(), fields: { text: text(n) } };
      changes.put(entryKey(stream, n, uuid(n)), encodeValue(value));
    }
  });
}

async function makeAccounts(dirs: DatabaseDirs) {
  await using auth = await lmdb.open({ kind: "auth", dir: dirs.auth }, { mode: "create" });
  await auth.change((changes) => {
    for (const [key, value] of ROOT) changes.put(key, value);
  });
  await using _ = await lmdb.open({ kind: "config", dir: dirs.config }, { mode: "create" });
}

async function filled(space: Workspace): Promise<DatabaseDirs> {
  const dirs = space.dirs("data");
  await makeAccounts(dirs);
  await write(dirs, 0, 12_000);
  await write(dirs, 0, 3_000, "web");
  return dirs;
}

async function contentsOf(dirs: DatabaseDirs): Promise<AllContents> {
  const found = {} as AllContents;
  for (const kind of DATABASE_KINDS) {
    const { contents, derived, expected } = await readContents(kind, dirs[kind]);
    expect(derived).toEqual(expected);
    found[kind] = contents;
  }
  return found;
}

const backUp = (dirs: DatabaseDirs, repositories: Repository[], more: object = {}) =>
  backupToRepositories(
    {
      dirs,
      tags: [],
      host: "here",
      repositories: repositories.map((repository) => ({ repository })),
      ...more,
    },
    lmdb,
  );

async function restored(space: Workspace, repositories: Repository[], wish = {}) {
  const dirs = space.dirs(randomUUID());
  const given = repositories.map((repository) => ({ repository }));
  const snapshot = await openSnapshot(given, wish);
  const options = { dirs, backupDir: "", mode: "replace" as const, dryRun: false };
  const report = await restoreDirectories({ ...options, from: snapshotSet(snapshot) }, lmdb);
  return { contents: await contentsOf(dirs), report };
}

const failure = (work: Promise<unknown>): Promise<FlowgError> =>
  work.then(
    () => expect.fail("it went well"),
    (error) => error,
  );

it("restores what was backed up, and stores and reads only what has changed", async () => {
  await using space = await workspace();
  const dirs = await filled(space);
  const place = await openPlace(join(space.path, "repository"));
  const { server, reader } = await encrypted(place);
  const keyFilePath = join(space.path, "key.json");
  const again = (more: object = {}) =>
    backUp(dirs, [], { repositories: [{ repository: server, keyFilePath }], ...more });
  const first = await again();
  const before = await contentsOf(dirs);
  const stored = first.repositories[0] as unknown as { newSegments: number };
  expect(stored.newSegments).toBeGreaterThan(5);
  // nothing written: nothing read, nothing stored
  const second = await again();
  expect(second.databases.map(({ entriesRead }) => entriesRead)).toEqual([0, 0, 0]);
  expect(second.repositories[0]).toMatchObject({
    newSegments: 0,
    reusedSegments: stored.newSegments,
  });
  await write(dirs, 20_000, 10);
  const third = await again({ tags: ["more"] });
  const logs = third.databases.find(({ database }) => database === "logs");
  expect(logs?.entriesRead).toBeGreaterThan(9);
  expect(logs?.entriesRead).toBeLessThan(9_000);
  expect((third.repositories[0] as unknown as { newSegments: number }).newSegments).toBeLessThan(4);
  expect(third.notes).toEqual([]);
  expect((await again({ full: true })).repositories[0]).toMatchObject({ newSegments: 0 });
  expect((await restored(space, [reader], { snapshot: first.setId })).contents).toEqual(before);
  expect((await restored(space, [reader], { tags: ["more"] })).contents).toEqual(
    await contentsOf(dirs),
  );
  expect((await failure(restored(space, [server]))).code).toBe("IDENTITY_REQUIRED");
});

it("reads nothing again of entries as FlowG writes them, which a quick look can't judge", async () => {
  await using space = await workspace();
  const dirs = space.dirs("data");
  await restoreDirectories(
    { dirs, backupDir: FLOWG_BACKUP, mode: "merge", dryRun: false, allowNoAdmin: true },
    lmdb,
  );
  const keyFilePath = join(space.path, "key.json");
  const { server } = await encrypted(new MemoryPlace());
  const again = () => backUp(dirs, [], { repositories: [{ repository: server, keyFilePath }] });
  expect((await again()).databases[1]).toMatchObject({ database: "logs", entriesRead: 1511 });
  const second = await again();
  expect(second.notes).toEqual([]);
  expect(second.databases.map(({ entriesRead }) => entriesRead)).toEqual([0, 0, 0]);
});

it("exports the very files that a backup into a directory writes", async () => {
  await using space = await workspace();
  const dirs = await filled(space);
  const repository = plain(new MemoryPlace());
  await backUp(dirs, [repository]);
  const snapshot = await openSnapshot([{ repository }], {});
  const backupDir = join(space.path, "exported");
  const exported = await exportSnapshot({ snapshot, backupDir });
  const backup = await backupDirectories({ dirs, backupDir: join(space.path, "direct") }, lmdb);
  const counts = ({ snapshots }: typeof backup) =>
    snapshots.map(({ database, entries, rawBytes }) => ({ database, entries, rawBytes }));
  expect(counts(exported)).toEqual(counts(backup));
  const target = space.dirs("target");
  await restoreDirectories({ dirs: target, backupDir, mode: "merge", dryRun: false }, lmdb);
  expect(await contentsOf(target)).toEqual(await contentsOf(dirs));
});

it("goes to the other where one of two fails, and restores from both together", async () => {
  await using space = await workspace();
  const dirs = await filled(space);
  const [one, other] = [new MemoryPlace("one"), new MemoryPlace("other")];
  const repositories = [plain(one), plain(other)];
  expect((await backUp(dirs, repositories)).repositories).toHaveLength(2);
  const lostOf = (place: MemoryPlace, at: number) => {
    const path = place.paths("segments/")[at] as string;
    place.objects.delete(path);
  };
  lostOf(one, 0);
  lostOf(other, 5);
  expect((await failure(restored(space, [repositories[0] as Repository]))).code).toBe(
    "REPOSITORY_DAMAGED",
  );
  const { contents, report } = await restored(space, repositories);
  expect(contents).toEqual(await contentsOf(dirs));
  expect(report.notes.join()).toContain("it was taken from other");
  // the next backup finds that it is gone, and mends it
  await backUp(dirs, [repositories[0] as Repository]);
  expect((await restored(space, [repositories[0] as Repository])).contents).toEqual(contents);
  one.before = async (request) => {
    if (request.startsWith("put")) throw new FlowgError("REPOSITORY_UNAVAILABLE", "no");
  };
  await write(dirs, 30_000, 5);
  const half = await backUp(dirs, repositories);
  expect(half.repositories).toMatchObject([
    { place: "one", failed: { code: "REPOSITORY_UNAVAILABLE", message: "no" } },
    { place: "other", snapshot: expect.any(String) },
  ]);
  expect((await restored(space, [repositories[1] as Repository])).contents).toEqual(
    await contentsOf(dirs),
  );
});

it("with --full replaces what has changed in the repository, though nobody there can read it", async () => {
  await using space = await workspace();
  const dirs = await filled(space);
  const place = new MemoryPlace();
  const { server, reader } = await encrypted(place);
  const keyFilePath = join(space.path, "key.json");
  const again = (more: object = {}) =>
    backUp(dirs, [], { repositories: [{ repository: server, keyFilePath }], ...more });
  const first = await again();
  const [path = ""] = place.paths("segments/");
  const changed = Buffer.from(place.objects.get(path)?.bytes ?? Buffer.alloc(0));
  changed[changed.length >> 1] = (changed[changed.length >> 1] ?? 0) ^ 1;
  place.objects.set(path, { bytes: changed, storedAt: place.now });
  // of the same size, so only reading it tells
  expect((await again()).repositories[0]).toMatchObject({ newSegments: 0 });
  expect((await failure(restored(space, [reader]))).code).toBe("REPOSITORY_DAMAGED");
  const full = await again({ full: true });
  expect(full.repositories[0]).toMatchObject({ newSegments: 1 });
  const contents = await contentsOf(dirs);
  for (const { setId } of [first, full])
    expect((await restored(space, [reader], { snapshot: setId })).contents).toEqual(contents);
  // a machine that may not read stores all of it anew
  place.before = async (request) => {
    if (request.startsWith("get segments/")) throw new FlowgError("PERMISSION_DENIED", "no");
  };
  const blind = await again({ full: true });
  expect(blind.repositories[0]).toMatchObject({ newSegments: place.paths("segments/").length });
});

it("counts as stored only what it has stored, and not what it found without a snapshot that tells of it", async () => {
  await using space = await workspace();
  const dirs = await filled(space);
  const place = new MemoryPlace();
  const { server, reader } = await encrypted(place);
  const first = await backUp(dirs, [server]);
  for (const path of place.paths("snapshots/")) place.objects.delete(path);
  const before = new Map(place.objects);
  const second = await backUp(dirs, [reader]);
  const segments = place.paths("segments/");
  expect(first.repositories[0]).toMatchObject({ newSegments: segments.length, reusedSegments: 0 });
  expect(second.repositories[0]).toMatchObject({
    newSegments: 0,
    newBytes: 0,
    reusedSegments: segments.length,
  });
  for (const path of segments) expect(place.objects.get(path)).toBe(before.get(path));
});

it("refuses to export where a backup would be refused", async () => {
  await using space = await workspace();
  const dirs = await filled(space);
  const repository = plain(new MemoryPlace());
  await backUp(dirs, [repository]);
  const backupDir = join(space.path, "files");
  const exporting = async (wish: object, more: object = {}) =>
    exportSnapshot({ snapshot: await openSnapshot([{ repository }], wish), backupDir, ...more });
  await exporting({});
  const few = space.dirs("few");
  await makeAccounts(few);
  await write(few, 0, 1);
  const small = await backUp(few, [repository], { allowShrink: true, host: "few" });
  const shrunk = await failure(exporting({ snapshot: small.setId }));
  expect(shrunk).toMatchObject({ code: "REFUSED" });
  expect(shrunk.message).toMatch(/; nothing was replaced$/);
  await exporting({ snapshot: small.setId }, { allowShrink: true });
  const accounts = await backUp(dirs, [repository], { only: ["auth"], allowShrink: true });
  expect(await failure(exporting({ snapshot: accounts.setId }))).toMatchObject({ code: "REFUSED" });
  await exporting({ snapshot: accounts.setId }, { allowMixed: true });
});

it("refuses a database that has lost nearly everything, unless told", async () => {
  await using space = await workspace();
  const dirs = await filled(space);
  const repository = plain(new MemoryPlace());
  await backUp(dirs, [repository]);
  const empty = space.dirs("empty");
  await makeAccounts(empty);
  await write(empty, 0, 1);
  const refused = await failure(backUp(empty, [repository]));
  expect(refused.code).toBe("REFUSED");
  expect(refused.message).toContain("the logs database has 2 records");
  expect((await listSnapshots(repository)).length).toBe(1);
  await backUp(empty, [repository], { allowShrink: true });
  expect((await listSnapshots(repository)).length).toBe(2);
});

it("refuses one repository named twice, and labels that nobody can name again", async () => {
  await using space = await workspace();
  const dirs = await filled(space);
  const repository = plain(new MemoryPlace());
  expect((await failure(backUp(dirs, [repository, { ...repository }]))).code).toBe("REFUSED");
  for (const tag of ["a,b", "", "line\n", "x".repeat(256)]) {
    expect((await failure(backUp(dirs, [repository], { tags: [tag] }))).code).toBe("INPUT_INVALID");
  }
  expect(await listSnapshots(repository)).toEqual([]);
});

it("makes two snapshots of two backups at once", async () => {
  await using space = await workspace();
  const dirs = await filled(space);
  const repository = plain(await openPlace(join(space.path, "repository")));
  const [a, b] = await Promise.all([backUp(dirs, [repository]), backUp(dirs, [repository])]);
  const contents = await contentsOf(dirs);
  for (const { setId } of [a, b])
    expect((await restored(space, [repository], { snapshot: setId })).contents).toEqual(contents);
});

it("keeps each snapshot what its instant was, after any sequence of writes and backups", async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant("write" as const), from: fc.nat(30_000), count: fc.nat(800) }),
    fc.record({ do: fc.constant("remove" as const), from: fc.nat(30_000), count: fc.nat(4_000) }),
    fc.record({ do: fc.constant("back up" as const), full: fc.boolean() }),
    fc.record({ do: fc.constant("lose" as const), at: fc.nat(40) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 9 }), async (steps) => {
      await using space = await workspace();
      const dirs = await filled(space);
      const place = new MemoryPlace();
      const repository = plain(place);
      const instants = new Map<string, AllContents>();
      for (const one of [...steps, { do: "back up" as const, full: false }]) {
        if (one.do === "write") await write(dirs, one.from, one.count);
        else if (one.do === "remove") {
          await using logs = await lmdb.open({ kind: "logs", dir: dirs.logs }, { mode: "write" });
          await logs.change((changes) => {
            for (let n = one.from; n < one.from + one.count; n++)
              changes.remove(entryKey("app", n, uuid(n)));
          });
        } else if (one.do === "lose") {
          // a segment that older snapshots name: the next backup must not count on it
          const paths = place.paths("segments/");
          const path = paths[one.at % Math.max(1, paths.length)];
          if (path === undefined) continue;
          place.objects.delete(path);
          instants.clear();
        } else {
          const { setId, notes } = await backUp(dirs, [repository], {
            full: one.full,
            allowShrink: true,
          });
          expect(notes).toEqual([]);
          instants.set(setId, await contentsOf(dirs));
        }
      }
      for (const [setId, contents] of instants)
        expect((await restored(space, [repository], { snapshot: setId })).contents).toEqual(
          contents,
        );
    }),
    { seed: 18, numRuns: 3 },
  );
});
