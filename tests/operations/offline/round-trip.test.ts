// The laws of backup and restore: into an empty place everything comes back byte for byte; into other contents
// the result is the overwrite-and-keep merge, or with `replace` the snapshot alone; the report counts right; a
// dry run says the same and changes nothing.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backupDirectories, restoreDirectories } from "../../../server/core.js";
import { DATABASE_KINDS, type DatabaseKind, RECORD_KINDS } from "../../../server/records/kinds.js";
import { roleKey, transformerKey } from "../../../server/records/records.js";
import type { KindCounts, RestoreMode, RestoreReport } from "../../../server/records/reports.js";
import {
  type AllContents,
  anyContents,
  type Contents,
  fillAll,
  readContents,
  workspace,
} from "./contents.js";

const TOKEN_KEY = Buffer.from("token").toString("hex");
const RUNS = { numRuns: 4, interruptAfterTimeLimit: 45_000, markInterruptAsFailure: false };

const fileDigest = async (path: string) =>
  createHash("sha256")
    .update(await readFile(path))
    .digest("hex");

function expectedCounts(
  kind: DatabaseKind,
  before: Contents,
  snapshot: Contents,
  mode: RestoreMode,
) {
  const counts: Record<string, KindCounts> = {};
  const of = (key: string) => {
    const first = Buffer.from(key, "hex").toString("latin1").split("\x1b")[0] ?? "";
    counts[first] ??= { added: 0, overwritten: 0, unchanged: 0, kept: 0, removed: 0 };
    return counts[first];
  };
  for (const [key, value] of snapshot) {
    const old = before.get(key);
    of(key)[old === undefined ? "added" : old === value ? "unchanged" : "overwritten"]++;
  }
  for (const key of before.keys()) {
    if (!snapshot.has(key)) of(key)[mode === "merge" ? "kept" : "removed"]++;
  }
  expect(Object.keys(counts).every((name) => RECORD_KINDS[kind].includes(name as never))).toBe(
    true,
  );
  return counts;
}

const countsOf = (report: RestoreReport) =>
  Object.fromEntries(report.databases.map(({ database, kinds }) => [database, kinds]));

describe("a backup that is restored", () => {
  it("into an empty place gives back every byte, and what is derived", async () => {
    await fc.assert(
      fc.asyncProperty(anyContents, async (contents) => {
        await using space = await workspace();
        const backupDir = join(space.path, "backup");
        await fillAll(space.dirs("from"), contents);
        await backupDirectories({ dirs: space.dirs("from"), backupDir });
        const report = await restoreDirectories({
          dirs: space.dirs("to"),
          backupDir,
          mode: "merge",
          dryRun: false,
          allowNoAdmin: true,
        });
        for (const kind of DATABASE_KINDS) {
          const read = await readContents(kind, space.dirs("to")[kind]);
          expect(read.contents).toEqual(contents[kind]);
          expect(read.derived).toEqual(read.expected);
          const counts = expectedCounts(kind, new Map(), contents[kind], "merge");
          expect(countsOf(report)[kind]).toEqual(counts);
        }
      }),
      RUNS,
    );
  });

  it.each(["merge", "replace"] as const)(
    "into other contents is the %s of the two, as its dry run said",
    async (mode) => {
      await fc.assert(
        fc.asyncProperty(anyContents, anyContents, fc.boolean(), async (a, b, overlap) => {
          const contents = overlap ? overlapping(a, b) : a;
          await using space = await workspace();
          const backupDir = join(space.path, "backup");
          await fillAll(space.dirs("from"), contents);
          await fillAll(space.dirs("to"), b);
          await backupDirectories({ dirs: space.dirs("from"), backupDir });
          const options = { dirs: space.dirs("to"), backupDir, mode, allowNoAdmin: true };
          const before = await digests(space.dirs("to"));
          const dry = await restoreDirectories({ ...options, dryRun: true });
          expect(await digests(space.dirs("to"))).toEqual(before);
          const wet = await restoreDirectories({ ...options, dryRun: false });
          expect(countsOf(dry)).toEqual(countsOf(wet));
          for (const kind of DATABASE_KINDS) {
            const read = await readContents(kind, space.dirs("to")[kind]);
            const merged = mode === "merge" ? [...b[kind], ...contents[kind]] : [...contents[kind]];
            const sorted = [...new Map(merged)].sort(([x], [y]) => (x < y ? -1 : 1));
            expect([...read.contents]).toEqual(sorted);
            expect(read.derived).toEqual(read.expected);
            const counts = expectedCounts(kind, b[kind], contents[kind], mode);
            expect(countsOf(wet)[kind]).toEqual(counts);
          }
        }),
        RUNS,
      );
    },
  );

  it("keeps values of 10 MB, empty ones, and blocks that they don't share", async () => {
    await using space = await workspace();
    const backupDir = join(space.path, "backup");
    const big = Buffer.alloc(10 * 1024 * 1024, "0123456789abcdef").toString("hex");
    const config: Contents = new Map([
      [transformerKey("a").toString("hex"), ""],
      [transformerKey("b").toString("hex"), big],
      [transformerKey("c").toString("hex"), "00"],
      [transformerKey("d").toString("hex"), big.slice(2)],
    ]);
    const auth: Contents = new Map([
      [roleKey("x").toString("hex"), Buffer.from('{"scopes":[]}').toString("hex")],
    ]);
    await fillAll(space.dirs("from"), { auth, config, logs: new Map() });
    const backup = await backupDirectories({ dirs: space.dirs("from"), backupDir });
    const summary = backup.snapshots.find(({ database }) => database === "config");
    expect(summary).toMatchObject({ entries: 4, blocks: 4 });
    await restoreDirectories({ dirs: space.dirs("to"), backupDir, mode: "merge", dryRun: false });
    expect((await readContents("config", space.dirs("to").config)).contents).toEqual(config);
  });

  it("never writes to the originals: their bytes are the same after", async () => {
    await using space = await workspace();
    const [contents] = fc.sample(anyContents, { numRuns: 1, seed: 42 }) as [AllContents];
    await fillAll(space.dirs("from"), contents);
    const before = await digests(space.dirs("from"));
    await backupDirectories({ dirs: space.dirs("from"), backupDir: join(space.path, "backup") });
    expect(await digests(space.dirs("from"))).toEqual(before);
  });
});

/** Some of b's records inside a, some with other values. */
function overlapping(a: AllContents, b: AllContents): AllContents {
  const mix = (kind: DatabaseKind): Contents => {
    const mixed = new Map(a[kind]);
    const donors = [...a[kind].entries()];
    let index = 0;
    for (const [key, value] of b[kind]) {
      const donor = donors[index % Math.max(1, donors.length)];
      // a token's hash is nobody else's
      const sameKind =
        donor?.[0].slice(0, 8) === key.slice(0, 8) && !key.startsWith(TOKEN_KEY.slice(0, 8));
      if (index % 3 === 0) mixed.set(key, value);
      else if (index % 3 === 1 && donor && sameKind) mixed.set(key, donor[1]);
      index++;
    }
    return new Map([...mixed].sort(([x], [y]) => (x < y ? -1 : 1)));
  };
  return { auth: mix("auth"), config: mix("config"), logs: mix("logs") };
}

async function digests(dirs: Record<DatabaseKind, string>) {
  const entries = DATABASE_KINDS.map(
    async (kind) => [kind, await fileDigest(join(dirs[kind], "data.mdb"))] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}
