// A restore where a database is damaged: refused, or into a new one, and the old one's files are kept.

import { mkdir, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { backupDirectories, type DatabaseDirs, restoreDirectories } from "../../../server/core.js";
import { Occupation } from "../../../server/engine/lmdb/occupation.js";
import { setAside } from "../../../server/operations/offline/set-aside.js";
import { FlowgError } from "../../../server/platform/errors.js";
import { hasLocks } from "../../../server/platform/files/file-lock.js";
import type { Engine } from "../../../server/storage/engine.js";
import { fillAll, readContents, workspace } from "./contents.js";

const space = await workspace();
afterAll(() => space[Symbol.asyncDispose]());

let dirs: DatabaseDirs;
let backupDir: string;
let runs = 0;

const undoFile = "20261129T005812345Z-2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60.undo";

const role = new Map([
  [Buffer.from("role\x1bviewer").toString("hex"), Buffer.from('{"scopes":[]}').toString("hex")],
]);
const scripts = new Map(
  Array.from({ length: 300 }, (_, n) => [
    Buffer.from(`transformer\x1bt${n}`).toString("hex"),
    Buffer.from(`.n = ${n}`.padEnd(200)).toString("hex"),
  ]),
);

/** Databases, a backup of them, and the data file of config cut in its middle. */
beforeEach(async () => {
  dirs = space.dirs(`data ${++runs}`);
  backupDir = join(space.path, `backup ${runs}`);
  await fillAll(dirs, { auth: role, config: scripts, logs: new Map() });
  await backupDirectories({ dirs, backupDir });
  await truncate(join(dirs.config, "data.mdb"), 40_960);
});

const restore = (more: { dryRun?: boolean; replaceDamaged?: boolean }) =>
  restoreDirectories({ dirs, backupDir, mode: "merge", dryRun: false, ...more });

it("is refused, with a hint that helps", async () => {
  const refused = { code: "DATABASE_INVALID", message: expect.stringContaining("is cut short") };
  await expect(restore({})).rejects.toMatchObject({
    ...refused,
    hint: expect.stringContaining("--replace-damaged"),
  });
  await expect(restore({ dryRun: true })).rejects.toMatchObject(refused);
  expect((await readdir(dirs.config)).sort()).toEqual(["data.mdb", "lock.mdb"]);
});

it("says in a dry run what it would do, and does nothing", async () => {
  const { notes, databases } = await restore({ dryRun: true, replaceDamaged: true });
  expect(notes.join()).toMatch(/config.data\.mdb is cut short.*would be kept as .*damaged-2/);
  const config = databases.find(({ database }) => database === "config");
  expect(config?.kinds).toMatchObject({ transformer: { added: 300 } });
  expect((await readdir(dirs.config)).sort()).toEqual(["data.mdb", "lock.mdb"]);
});

it("keeps the damaged files and restores into a new database", async () => {
  const before = await readFile(join(dirs.config, "data.mdb"));
  const { notes } = await restore({ replaceDamaged: true });
  const kept = (await readdir(dirs.config)).filter((name) => name.includes(".damaged-")).sort();
  expect(kept).toEqual([
    expect.stringMatching(/^data\.mdb\.damaged-/),
    expect.stringMatching(/^lock\.mdb\.damaged-/),
  ]);
  expect(notes.join()).toContain(join(dirs.config, kept[0] as string));
  expect((await readFile(join(dirs.config, kept[0] as string))).equals(before)).toBe(true);
  expect((await readContents("config", dirs.config)).contents).toEqual(scripts);
  // those that are sound stay
  expect((await readdir(dirs.auth)).sort()).toEqual(["data.mdb", "lock.mdb"]);
});

it.each([
  ["is all zeros", (bytes: Buffer) => bytes.fill(0, 0, 8192)],
  ["is text", (bytes: Buffer) => bytes.fill("hello ", 0, 8192)],
  ["is cut", (bytes: Buffer) => bytes.subarray(0, 60)],
])("goes on as the hint says where the data file's beginning %s", async (_, damage) => {
  const path = join(dirs.config, "data.mdb");
  // of an earlier restore: these are looked at, too
  await mkdir(join(dirs.config, "undo"));
  await writeFile(join(dirs.config, "undo", undoFile), "kept");
  const damaged = damage(await readFile(path));
  await writeFile(path, damaged);
  await expect(restore({})).rejects.toMatchObject({
    code: "DATABASE_INVALID",
    hint: expect.stringContaining("--replace-damaged"),
  });
  const { notes } = await restore({ replaceDamaged: true });
  expect(notes.join()).toMatch(/is not an LMDB data file, or a damaged one; it is kept as/);
  const [kept = ""] = (await readdir(dirs.config)).filter((n) => n.startsWith("data.mdb.damaged"));
  expect((await readFile(join(dirs.config, kept))).equals(damaged)).toBe(true);
  expect((await readContents("config", dirs.config)).contents).toEqual(scripts);
});

it("doesn't keep the other databases from being restored where its data file's beginning is damaged", async () => {
  await mkdir(join(dirs.config, "undo"));
  await writeFile(join(dirs.config, "undo", undoFile), "kept");
  await writeFile(join(dirs.config, "data.mdb"), Buffer.alloc(40_960));
  const { databases } = await restoreDirectories({
    dirs,
    backupDir,
    mode: "merge",
    dryRun: false,
    only: ["auth"],
  });
  expect(databases.map(({ database }) => database)).toEqual(["auth"]);
});

describe("what takes restores of the damaged database back", () => {
  it("is kept with it, under one suffix, also where an earlier run was killed between the two", async () => {
    const suffix = "damaged-2026-11-29T00-58-12-345Z";
    await mkdir(join(dirs.config, `undo.${suffix}`));
    await writeFile(join(dirs.config, `undo.${suffix}`, undoFile), "kept");
    const { notes } = await restore({ replaceDamaged: true });
    expect(notes.join()).toContain(`is kept as ${join(dirs.config, `data.mdb.${suffix}`)}`);
    expect((await readdir(dirs.config)).sort()).toEqual([
      "data.mdb",
      `data.mdb.${suffix}`,
      "lock.mdb",
      `lock.mdb.${suffix}`,
      `undo.${suffix}`,
    ]);
    expect(await readdir(join(dirs.config, `undo.${suffix}`))).toEqual([undoFile]);
    // the next time is another
    await truncate(join(dirs.config, "data.mdb"), 40_960);
    await restore({ replaceDamaged: true });
    const kept = (await readdir(dirs.config)).filter((name) => name.startsWith("data.mdb.damaged"));
    expect(kept).toHaveLength(2);
  });

  it("is where it was, where the database can't be put aside", async () => {
    await mkdir(join(dirs.config, "undo"));
    await writeFile(join(dirs.config, "undo", undoFile), "kept");
    const full = new FlowgError("DISK_FULL", "no room for another name");
    const seen: string[][] = [];
    const engine = {
      setAside: async (_: unknown, { dryRun }: { dryRun: boolean }) => {
        seen.push((await readdir(dirs.config)).filter((name) => name.startsWith("undo")));
        if (!dryRun) throw full;
        return "";
      },
    } as unknown as Engine;
    const faults = new Map([["config", full] as const]);
    await expect(setAside(engine, { dirs, faults, dryRun: false })).rejects.toBe(full);
    // the files of the database go last: beside a new one, these would be swept
    expect(seen).toEqual([["undo"], [expect.stringMatching(/^undo\.damaged-/)]]);
    expect(await readdir(join(dirs.config, "undo"))).toEqual([undoFile]);
  });
});

it.runIf(hasLocks())("is refused while a server has it open, and changes nothing", async () => {
  {
    using _ = Occupation.takeAsServer({ kind: "config", dir: dirs.config });
    for (const dryRun of [true, false])
      await expect(restore({ dryRun, replaceDamaged: true })).rejects.toMatchObject({
        code: "REFUSED",
        message: expect.stringContaining("a server has the damaged config database"),
      });
    expect((await readdir(dirs.config)).sort()).toEqual(["data.mdb", "lock.mdb"]);
  }
  await restore({ replaceDamaged: true });
});

it("leaves alone what may be somebody else's", async () => {
  await writeFile(join(dirs.config, "MANIFEST"), "");
  await writeFile(join(dirs.config, "000001.vlog"), "");
  await rm(join(dirs.config, "data.mdb"));
  await expect(restore({ replaceDamaged: true })).rejects.toMatchObject({
    code: "DATABASE_INVALID",
    message: expect.stringContaining("BadgerDB"),
  });
});
