// The room on the disk that an undone transaction has taken.

import { appendFile, mkdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Environment } from "../../server/engine/lmdb/environment.js";
import { DataFileGrowth } from "../../server/engine/lmdb/give-back.js";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import { readContents, type Workspace, workspace } from "../operations/offline/contents.js";

const MIB = 1024 * 1024;

let space: Workspace;
let dir: string;
let count = 0;
beforeAll(async () => {
  space = await workspace();
});
afterAll(() => space[Symbol.asyncDispose]());
beforeEach(async () => {
  dir = join(space.path, `logs-${++count}`);
  await using database = await openDatabase({ kind: "logs", dir, mode: "create" });
  fill(database, 100);
});

const bytesOf = async (of: string) => (await stat(join(of, "data.mdb"))).size;

/** So many values of 4 KiB, in one transaction. */
function fill({ local }: Environment, values: number): void {
  local.transactionSync(() => {
    for (let i = 0; i < values; i++) local.put(Buffer.from(`x${i}`), Buffer.alloc(4096, i));
  });
}

/** The file as LMDB leaves it when pages were written and the transaction was then undone. */
async function grow(database: Environment): Promise<void> {
  await appendFile(join(database.dir, "data.mdb"), Buffer.alloc(3 * MIB, 7));
}

it("is given back, and the database is what it was", async () => {
  const before = await readContents("logs", dir);
  await using database = await openDatabase({ kind: "logs", dir, mode: "write" });
  const size = await bytesOf(dir);
  using growth = new DataFileGrowth(database);
  await grow(database);
  growth.giveBack();
  expect(await bytesOf(dir)).toBe(size);
  expect(await readContents("logs", dir)).toEqual(before);
  fill(database, 1000);
  expect(database.local.get(Buffer.from("x999"))).toEqual(Buffer.alloc(4096, 999));
});

it("leaves what another transaction has committed since", async () => {
  await using database = await openDatabase({ kind: "logs", dir, mode: "write" });
  using growth = new DataFileGrowth(database);
  fill(database, 500);
  const committed = await bytesOf(dir);
  await grow(database);
  growth.giveBack();
  expect(await bytesOf(dir)).toBe(committed);
  expect(database.local.get(Buffer.from("x499"))).toEqual(Buffer.alloc(4096, 499));
});

it("is not taken from another file that got the name meanwhile", async () => {
  await using database = await openDatabase({ kind: "logs", dir, mode: "write" });
  using growth = new DataFileGrowth(database);
  await grow(database);
  const away = `${dir}-away`;
  await rename(dir, away);
  await mkdir(dir);
  {
    await using other = await openDatabase({ kind: "logs", dir, mode: "create" });
    fill(other, 900);
  }
  const size = await bytesOf(dir);
  growth.giveBack();
  expect(await bytesOf(dir)).toBe(size);
  expect(await bytesOf(away)).toBeLessThan(2 * MIB);
});
