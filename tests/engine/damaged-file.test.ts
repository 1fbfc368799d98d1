// A file that isn't a database, or not a whole one, is refused with a clear error, in a process that lives on, and nothing of
// it is changed. A database that only looks odd is opened.

import { cp, mkdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { open as openLmdb } from "lmdb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import { encodeValue, roleKey } from "../../server/records/records.js";
import type { OpenMode } from "../../server/storage/engine.js";
import { type Workspace, workspace } from "../operations/offline/contents.js";
import { treeOf } from "../platform/files/tree.js";

let space: Workspace;
let good: Buffer;
let count = 0;

beforeAll(async () => {
  space = await workspace();
  const dir = join(space.path, "good");
  await using database = await openDatabase({ kind: "auth", dir, mode: "create" });
  for (let round = 0; round < 2; round++) {
    database.records.transactionSync(() => {
      for (let n = 0; n < 500; n++) {
        database.records.put(roleKey(`role ${n}`), encodeValue({ scopes: [`${round}`] }));
      }
    });
  }
  good = await readFile(join(dir, "data.mdb"));
});
afterAll(() => space[Symbol.asyncDispose]());

async function directoryWith(bytes: Uint8Array): Promise<string> {
  const dir = join(space.path, String(++count));
  await mkdir(dir);
  await writeFile(join(dir, "data.mdb"), bytes);
  return dir;
}

async function openAndClose(dir: string, mode: OpenMode, kind: "auth" | "logs" = "auth") {
  await using database = await openDatabase({ kind, dir, mode });
  return [...database.records.keys()].length;
}

const changed = (change: (bytes: Buffer) => void) => () => {
  const bytes = Buffer.from(good);
  change(bytes);
  return bytes;
};

const BROKEN: [what: string, bytes: () => Uint8Array, code: string][] = [
  ["text", () => Buffer.from("hello ".repeat(5000)), "DATABASE_INVALID"],
  ["zeros", () => Buffer.alloc(100_000), "DATABASE_INVALID"],
  ["100 bytes", () => good.subarray(0, 100), "DATABASE_INVALID"],
  ["its first page", () => good.subarray(0, 4096), "DATABASE_INVALID"],
  ["its first two pages", () => good.subarray(0, 8192), "DATABASE_INVALID"],
  ["its first half", () => good.subarray(0, good.byteLength / 2), "DATABASE_INVALID"],
  ["all but its last page", () => good.subarray(0, good.byteLength - 4096), "DATABASE_INVALID"],
  ["no first page", changed((bytes) => bytes.fill(0, 0, 4096)), "DATABASE_INVALID"],
  ["junk for a first page", changed((bytes) => bytes.fill(0x41, 0, 4096)), "DATABASE_INVALID"],
  ["junk for a second page", changed((bytes) => bytes.fill(0x41, 4096, 8192)), "DATABASE_INVALID"],
  ["junk for all other pages", changed((bytes) => bytes.fill(0x41, 8192)), "DATABASE_INVALID"],
  ["zeros for all other pages", changed((bytes) => bytes.fill(0, 8192)), "DATABASE_INVALID"],
  ["LMDB's version 3", changed((bytes) => bytes.writeUInt32LE(3, 28)), "DATABASE_INVALID"],
  ["pages of 0 bytes", changed((bytes) => bytes.writeUInt32LE(0, 48)), "DATABASE_INVALID"],
  ["pages of 4095 bytes", changed((bytes) => bytes.writeUInt32LE(4095, 48)), "DATABASE_INVALID"],
];

describe("a data file that is or has", () => {
  it.each(BROKEN)("%s is refused, and stays as it is", async (_, bytes, code) => {
    const before = Buffer.from(bytes());
    const dir = await directoryWith(before);
    for (const mode of ["read", "write", "create"] as const) {
      await expect(openAndClose(dir, mode)).rejects.toMatchObject({ code });
      expect((await readFile(join(dir, "data.mdb"))).equals(before)).toBe(true);
    }
  });
});

describe("a creation that was cut", () => {
  const stages = [
    ["when the file was empty", undefined],
    ["without a table", []],
    ["with one table", ["local"]],
    ["with two tables", ["local", "records"]],
    ["with three tables", ["local", "records", "derived"]],
    ["before it knew its kind", ["local", "records", "derived", "sums"]],
  ] as const;
  it.each(stages)("%s isn't a database yet, and can be completed", async (_, tables) => {
    const dir = await directoryWith(Buffer.alloc(0));
    if (tables) {
      const bytes = { encoding: "binary", keyEncoding: "binary" } as const;
      const root = openLmdb({ path: dir, noSubdir: false, overlappingSync: false, ...bytes });
      for (const name of tables) root.openDB({ name, ...bytes });
      await root.close();
    }
    const before = await readFile(join(dir, "data.mdb"));
    for (const mode of ["read", "write"] as const) {
      await expect(openAndClose(dir, mode)).rejects.toMatchObject({ code: "DATABASE_MISSING" });
    }
    expect((await readFile(join(dir, "data.mdb"))).equals(before)).toBe(true);
    expect(await openAndClose(dir, "create")).toBe(0);
    expect(await openAndClose(dir, "read")).toBe(0);
  });

  it("isn't another program's LMDB file", async () => {
    const dir = join(space.path, "theirs");
    const root = openLmdb({ path: dir, noSubdir: false, overlappingSync: false });
    const theirs = root.openDB({ name: "theirs" });
    await theirs.put("a", "b");
    await root.close();
    const before = (await treeOf(dir))["data.mdb"];
    for (const mode of ["read", "write", "create"] as const) {
      await expect(openAndClose(dir, mode)).rejects.toMatchObject({ code: "DATABASE_INVALID" });
    }
    expect((await treeOf(dir))["data.mdb"]).toBe(before);
  });
});

describe("a sound database is opened", () => {
  it("though its file is shorter than LMDB counts: the pages at its end were freed unwritten", async () => {
    const dir = join(space.path, "short");
    {
      await using database = await openDatabase({ kind: "auth", dir, mode: "create" });
      database.records.transactionSync(() => {
        for (let n = 0; n < 300; n++) {
          // some of them large, so that all ways a page can be reached are there
          const scopes = ["x".repeat(n % 50 === 0 ? 20_000 : 100)];
          database.records.put(roleKey(`role ${n}`), encodeValue({ scopes }));
        }
      });
      database.records.transactionSync(() => {
        database.records.put(roleKey("big"), Buffer.alloc(5_000_000));
        database.records.remove(roleKey("big"));
      });
    }
    expect(await openAndClose(dir, "read")).toBe(300);
    const path = join(dir, "data.mdb");
    // cut for good, it is refused still
    const { byteLength } = await readFile(path);
    expect(byteLength).toBeLessThan(4_000_000);
    for (const length of [byteLength - 4096, 4096 * 20, 4096 * 4]) {
      const cut = join(space.path, `short-${length}`);
      await cp(dir, cut, { recursive: true });
      await truncate(join(cut, "data.mdb"), length);
      await expect(openAndClose(cut, "read")).rejects.toMatchObject({
        code: "DATABASE_INVALID",
        message: expect.stringContaining("is cut short"),
      });
    }
  });
});
