// `flowg admin salvage --from-database`, as a person uses it on the day on which a database can't be opened any more.

import { createHash } from "node:crypto";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { salvageSnapshots } from "../../../server/core.js";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { openDamaged } from "../../../server/engine/lmdb/salvage/damaged-database.js";
import { salvageDatabases } from "../../../server/operations/offline/salvage-database.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../../server/records/kinds.js";
import type { OpenDamaged } from "../../../server/storage/damaged-database.js";
import { flowg } from "../../cli/flowg.js";
import { makeOld } from "../../engine/old-schema.js";
import { type Made, makeHistory } from "../../engine/salvage-files.js";
import { startFlowg } from "../online/flowg-server.js";
import { readContents } from "./contents.js";

const PAGE = 4096;

let home: string;
const made = {} as Record<DatabaseKind, Made>;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-salvage-cli-"));
  for (const kind of DATABASE_KINDS)
    made[kind] = await makeHistory(kind, join(home, "data", kind), 150);
});
afterAll(() => rm(home, { recursive: true, force: true }));

const salvage = (...words: string[]) => flowg(["admin", "salvage", "--json", ...words]);

/** The three databases elsewhere, the data file of one changed. */
async function damaged(name: string, kind: DatabaseKind, change: (bytes: Buffer) => void) {
  const dir = join(home, name);
  for (const one of DATABASE_KINDS) {
    await mkdir(join(dir, one), { recursive: true });
    await copyFile(join(home, "data", one, "data.mdb"), join(dir, one, "data.mdb"));
  }
  const bytes = Buffer.from(made[kind].bytes);
  change(bytes);
  writeFileSync(join(dir, kind, "data.mdb"), bytes);
  return dir;
}

/** The last leaf page of entries that is in use, or so it seems: overwritten with noise. */
function spoilLeaf(bytes: Buffer): void {
  for (let page = bytes.length / PAGE - 1; page > 1; page--) {
    const start = page * PAGE;
    if (bytes.readUInt16LE(start + 18) !== 2 || !bytes.includes("entry\x1bapp", start)) continue;
    bytes.fill(0xa5, start + 24, start + PAGE);
    return;
  }
}

const stateOf = (path: string) => {
  const { mtimeMs, size } = statSync(path);
  return [mtimeMs, size, createHash("sha256").update(readFileSync(path)).digest("hex")];
};

test("of a directory of three it makes a backup that is restored with --salvaged, and writes nothing to them", async () => {
  const dir = await damaged("three", "logs", spoilLeaf);
  const files = DATABASE_KINDS.map((kind) => join(dir, kind, "data.mdb"));
  const before = files.map(stateOf);
  const output = join(home, "three-saved");
  const ran = await salvage("--from-database", dir, "--output", output);
  expect(ran).toMatchObject({ code: 0 });
  const { databases, failed } = JSON.parse(ran.stdout);
  expect(failed).toEqual([]);
  const logs = databases.find(({ database }: { database: string }) => database === "logs");
  expect(logs).toMatchObject({ whole: false, entries: expect.any(Number) });
  expect(logs.lost.ranges[0].after ?? logs.lost.ranges[0].before).toMatch(
    /^(entry of )?stream "app"/,
  );
  expect(ran.stderr).toMatch(/of its records (is|are) missing/);
  for (const kind of ["auth", "config"] as const)
    expect(databases.find(({ database }: { database: string }) => database === kind)).toMatchObject(
      {
        whole: true,
        entries: made[kind].records.size,
        lost: { ranges: [], pages: 0 },
      },
    );
  expect(files.map(stateOf)).toEqual(before);
  for (const kind of DATABASE_KINDS) expect(await readdir(join(dir, kind))).toEqual(["data.mdb"]);
  expect((await readdir(output)).sort()).toEqual(["auth.db", "config.db", "log.db"]);

  const dirs = DATABASE_KINDS.map(
    (kind) => `--${kind === "logs" ? "log" : kind}-dir=${join(home, "new", kind)}`,
  );
  const restore = ["admin", "restore", output, "--allow-no-admin", ...dirs];
  expect(await flowg(restore)).toMatchObject({
    code: 5,
    stderr: expect.stringContaining("--salvaged"),
  });
  const restored = await flowg([...restore, "--salvaged"]);
  expect(restored).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("salvaged from a damaged database"),
  });
  const { contents } = await readContents("logs", join(home, "new", "logs"));
  expect([...contents].length).toBe(logs.entries);
  // a salvage replaces nothing
  expect(await salvage("--from-database", dir, "--output", output)).toMatchObject({ code: 5 });
});

test("one that another process has open is refused, and a copy of it is not", async () => {
  await using server = await startFlowg();
  const path = join(server.dirs.logs, "data.mdb");
  const output = join(home, "served.db");
  const refused = await salvage("--from-database", server.dirs.logs, "--output", output);
  expect(refused).toMatchObject({
    code: 4,
    stderr: expect.stringContaining("a server has the database"),
  });
  await copyFile(path, join(home, "copy.img"));
  const ran = await salvage("--from-database", join(home, "copy.img"), "--output", output);
  expect(JSON.parse(ran.stdout).databases).toMatchObject([{ database: "logs", whole: true }]);
});

test("says what it can do nothing with, and what to do", async () => {
  const output = join(home, "none.db");
  const run = async (from: string, ...more: string[]) => {
    const { code, stdout, stderr } = await salvage(
      "--from-database",
      from,
      "--output",
      output,
      ...more,
    );
    expect(stderr + stdout).not.toMatch(/unexpected|at .*\.js/);
    return { code, stderr };
  };
  const nothing = join(home, "nothing");
  await mkdir(nothing);
  expect(await run(nothing)).toMatchObject({
    code: 4,
    stderr: expect.stringContaining("there is no database in"),
  });
  expect(await run(join(home, "absent"))).toMatchObject({ code: 8 });
  const noise = join(home, "noise.mdb");
  writeFileSync(noise, Buffer.alloc(40_000, 7));
  for (const more of [[], ["--include-unreachable"]])
    expect(await run(noise, ...more)).toMatchObject({ code: 4 });
  writeFileSync(noise, "");
  expect(await run(noise)).toMatchObject({ code: 4 });
  const old = join(home, "old");
  {
    await using database = await openDatabase({ kind: "config", dir: old, mode: "create" });
    makeOld(database, 2);
  }
  expect(await run(old)).toMatchObject({
    code: 4,
    stderr: expect.stringContaining("records have no checksums"),
  });
  for (const words of [["a.db", "--from-database", old], ["--include-unreachable", "a.db"], []])
    expect(await salvage(...words, "--output", output)).toMatchObject({ code: 2 });
});

test("what comes to have the output's name meanwhile stays", async () => {
  const dir = await damaged("meanwhile", "logs", spoilLeaf);
  const output = join(home, "meanwhile.db");
  const another = () => writeFileSync(output, "another's");
  const refused = { code: "REFUSED", message: expect.stringContaining("was made meanwhile") };
  const from = join(dir, "logs");
  const how = { from, includeUnreachable: false };
  const opening: OpenDamaged = (place) => {
    another();
    return openDamaged(place);
  };
  await expect(salvageDatabases({ ...how, output }, opening)).rejects.toMatchObject(refused);
  expect(readFileSync(output, "utf8")).toBe("another's");
  const broken = join(home, "whole.db");
  await salvageDatabases({ ...how, output: broken }, openDamaged);
  rmSync(output);
  await expect(
    salvageSnapshots({ paths: [broken], output, onProgress: another }),
  ).rejects.toMatchObject(refused);
  expect(readFileSync(output, "utf8")).toBe("another's");
  expect((await readdir(home)).filter((name) => name.endsWith(".part"))).toEqual([]);
});
