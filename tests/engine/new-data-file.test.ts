// The first pages of a new database, which we make in LMDB's place.

import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { open as openLmdb } from "lmdb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeDataFile } from "../../server/engine/lmdb/new-data-file.js";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import { type Workspace, workspace } from "../operations/offline/contents.js";

let space: Workspace;
let made: Buffer;

beforeAll(async () => {
  space = await workspace();
  const path = join(await directory("made"), "data.mdb");
  await makeDataFile(path);
  made = await readFile(path);
});
afterAll(() => space[Symbol.asyncDispose]());

async function directory(name: string): Promise<string> {
  const dir = join(space.path, name);
  await mkdir(dir);
  return dir;
}

it("are those that LMDB makes", async () => {
  const dir = await directory("theirs");
  const root = openLmdb({ path: dir, noSubdir: false, overlappingSync: false });
  const theirs = await readFile(join(dir, "data.mdb"));
  await root.close();
  expect(made.equals(theirs.subarray(0, made.length))).toBe(true);
});

it("leave what is there as it is", async () => {
  const dir = join(space.path, "kept");
  await (await openDatabase({ kind: "auth", dir, mode: "create" })).close();
  const before = await readFile(join(dir, "data.mdb"));
  await makeDataFile(join(dir, "data.mdb"));
  expect((await readFile(join(dir, "data.mdb"))).equals(before)).toBe(true);
  expect((await readdir(dir)).sort()).toEqual(["data.mdb", "lock.mdb"]);
});

describe("cut at", () => {
  it.each([0, 1, 100, 4095, 4096, 4200, 8191])("%i bytes, they are completed", async (bytes) => {
    const dir = await directory(`cut ${bytes}`);
    await writeFile(join(dir, "data.mdb"), made.subarray(0, bytes));
    for (const mode of ["read", "write"] as const) {
      await expect(openDatabase({ kind: "auth", dir, mode })).rejects.toMatchObject({
        code: "DATABASE_MISSING",
      });
    }
    await (await openDatabase({ kind: "auth", dir, mode: "create" })).close();
    await (await openDatabase({ kind: "auth", dir, mode: "write" })).close();
  });
});
