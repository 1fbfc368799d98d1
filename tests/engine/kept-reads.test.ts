// Answers that are kept until the next commit: none may be given of a state that has ended.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lmdb } from "../../server/engine/lmdb.js";
import { DATABASE_KINDS } from "../../server/records/kinds.js";
import { encodeValue, userKey } from "../../server/records/records.js";
import type { Database, Question } from "../../server/storage/database.js";
import type { ServedDatabases } from "../../server/storage/engine.js";

const USER = userKey("ada");
const OTHER = userKey("bob");
let home: string;
let live: ServedDatabases;
let auth: Database;
let asked: number;
const roles: Question<string | undefined> = {
  name: "roles of ada",
  look: ({ records }) => {
    asked++;
    return records.get(USER)?.toString();
  },
};
const roleOf = (n: number) => encodeValue({ passwordHash: "x", roles: [`r${n}`] });
const put = (n: number) => auth.change((changes) => changes.put(USER, roleOf(n)));

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-kept-"));
  live = await lmdb.serve({
    places: DATABASE_KINDS.map((kind) => ({ kind, dir: join(home, kind) })),
    onUpgrade: () => {},
    onPlaceChange: () => {},
    onFailure: () => {},
  });
  ({ auth } = live.databases);
  asked = 0;
});
afterEach(async () => {
  await live.close();
  await rm(home, { recursive: true, force: true });
});

test("an answer is asked for once, and anew after each commit", async () => {
  await put(1);
  expect(await auth.readKept(roles)).toBe(roleOf(1).toString());
  expect(await auth.readKept(roles)).toBe(roleOf(1).toString());
  expect(asked).toBe(1);
  await put(2);
  expect(await auth.readKept(roles)).toBe(roleOf(2).toString());
  await auth.change((changes) => changes.remove(USER));
  expect(await auth.readKept(roles)).toBeUndefined();
});

test("the absence of something isn't kept: questions about missing things fill no memory", async () => {
  await auth.readKept(roles);
  await auth.readKept(roles);
  expect(asked).toBe(2);
});

test("what is committed while others ask is seen at once, by them too", async () => {
  let done = 0;
  let isOver = false;
  const asking = Array.from({ length: 4 }, async () => {
    while (!isOver) {
      const before = done;
      const found = (await auth.readKept(roles)) ?? '"r0"';
      expect(Number(/"r(\d+)"/.exec(found)?.[1])).toBeGreaterThanOrEqual(before);
      await new Promise(setImmediate);
    }
  });
  for (let n = 1; n <= 200; n++) {
    await put(n);
    done = n;
    expect(await auth.readKept(roles)).toBe(roleOf(n).toString());
  }
  isOver = true;
  await Promise.all(asking);
});

test("what another process commits is seen", async () => {
  await put(1);
  expect(await auth.readKept(roles)).toBe(roleOf(1).toString());
  const code = `
    const { open } = await import("lmdb");
    const bytes = { encoding: "binary", keyEncoding: "binary" };
    const root = open({ path: process.argv[1], noSubdir: false, name: null, maxDbs: 8, ...bytes });
    const records = root.openDB({ name: "derived", ...bytes });
    await records.put(Buffer.from("z"), Buffer.from("z"));
    await root.close();`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code, join(home, "auth")], {
    stdio: "inherit",
  });
  expect((await once(child, "exit"))[0]).toBe(0);
  expect(await auth.readKept(roles)).toBe(roleOf(1).toString());
  expect(asked).toBe(2);
});

test("after a compaction, nothing of the old file counts", async () => {
  await put(1);
  // pages that become free make a compaction worth it
  await auth.change((changes) => changes.put(OTHER, Buffer.alloc(200_000, "x")));
  await auth.change((changes) => changes.remove(OTHER));
  await auth.readKept(roles);
  await live.compact("auth", new AbortController().signal);
  await auth.readKept(roles);
  expect(asked).toBe(2);
  for (let n = 2; n < 20; n++) {
    await put(n);
    expect(await auth.readKept(roles)).toBe(roleOf(n).toString());
  }
});

test("a transaction sees what it has changed itself, and of another database what holds then", async () => {
  await put(1);
  await auth.readKept(roles);
  const own = await auth.change((changes) => {
    changes.put(USER, roleOf(2));
    return changes.keptAt(auth, roles);
  });
  expect(own).toBe(roleOf(2).toString());
  const { logs } = live.databases;
  const ofOther = () => logs.change((changes) => changes.keptAt(auth, roles));
  expect(await ofOther()).toBe(roleOf(2).toString());
  const before = asked;
  expect(await ofOther()).toBe(roleOf(2).toString());
  expect(asked).toBe(before);
  await put(3);
  expect(await ofOther()).toBe(roleOf(3).toString());
});
