// Databases of earlier schemas. In schema 1, the value index had a key for each entry; in schema 2, nothing had a checksum.

import { copyFile, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Environment } from "../../server/engine/lmdb/environment.js";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import { transformerKey } from "../../server/records/records.js";
import type { UpgradeProgress } from "../../server/storage/engine.js";
import { openLogStore } from "../../server/stores/logs/store.js";
import { smallDisk } from "../platform/files/small-disk.js";
import { collect } from "../stores/logs/collect.js";
import { makeOld, rawTable } from "./old-schema.js";
import { derivedAndExpected, temporaryDatabase } from "./temporary.js";

test("answers as before when it is opened, and has its index made anew", async () => {
  await using made = await temporaryDatabase("logs");
  const { dir } = made;
  const old = openLogStore(made);
  await old.streams.configure("s", { ttl: 0, size: 0, indexed_fields: ["f"] });
  for (let n = 0; n < 50; n++)
    await old.ingest([{ stream: "s", fields: { f: String(n % 2) } }], 1_000 + n);
  const filter = 'f = "1"';
  const answer = await collect(old, "s", { filter });
  expect(answer).toHaveLength(25);
  await made.local.transaction(() => {
    // a key for each posting
    for (const item of [...made.derived.range()]) {
      const key = item.key as Buffer;
      if (!key.toString("latin1").startsWith("index")) continue;
      made.derived.put(key, Buffer.alloc(0));
      for (let at = 0; at < item.value.length; at += 24) {
        const moment = item.value.subarray(at, at + 24);
        made.derived.put(Buffer.concat([key.subarray(0, -24), moment]), Buffer.alloc(0));
      }
    }
    expect(made.derived.count({ end: Buffer.from("index\x1c") })).toBe(50);
  });
  makeOld(made, 1);
  await made.close();
  {
    await using read = await openDatabase({ kind: "logs", dir, mode: "read" });
    expect(read.local.get(Buffer.from("schema"))?.toString()).toBe("1");
  }
  await using opened = await openDatabase({ kind: "logs", dir, mode: "write" });
  expect(opened.local.get(Buffer.from("schema"))?.toString()).toBe("3");
  const store = openLogStore(opened);
  expect(await collect(store, "s", { filter })).toEqual(answer);
  await store.finishWork();
  expect(await collect(store, "s", { filter })).toEqual(answer);
  const { found, expected } = derivedAndExpected(opened);
  expect(found).toEqual(expected);
  expect(found.length).toBeGreaterThan(1);
});

test("of another kind only gets its number", async () => {
  await using made = await temporaryDatabase("config");
  const { dir } = made;
  makeOld(made, 1);
  await made.close();
  await using opened = await openDatabase({ kind: "config", dir, mode: "write" });
  expect(opened.local.get(Buffer.from("schema"))?.toString()).toBe("3");
  expect([...opened.local.keys()].map(String)).toEqual(["kind", "made", "schema"]);
});

test("of schema 2 is read as it is, and gets its checksums in one transaction when it is written to", async () => {
  await using made = await temporaryDatabase("config");
  const { dir } = made;
  const scripts = new Map<string, string>();
  // more than a batch, and one that is longer than the checksum's room
  for (let n = 0; n < 9_000; n++) scripts.set(`script ${n}`, `.n = ${n}`);
  scripts.set("long", "x".repeat(300_000));
  made.records.transactionSync(() => {
    for (const [name, script] of scripts)
      made.records.put(transformerKey(name), Buffer.from(script));
  });
  makeOld(made, 2);
  await made.close();
  const demandAll = (database: Environment) => {
    expect(database.records.count()).toBe(scripts.size);
    for (const [name, script] of scripts)
      expect(database.records.get(transformerKey(name))?.toString()).toBe(script);
  };
  {
    await using read = await openDatabase({ kind: "config", dir, mode: "read" });
    expect(read.local.get(Buffer.from("schema"))?.toString()).toBe("2");
    demandAll(read);
  }
  // cut in the middle
  const cut = openDatabase({
    kind: "config",
    dir,
    mode: "write",
    onUpgrade: ({ records, totalRecords }) => {
      if (records > 0 && records < totalRecords) throw new Error("cut");
    },
  });
  await expect(cut).rejects.toThrow("cut");
  {
    await using read = await openDatabase({ kind: "config", dir, mode: "read" });
    expect(read.records.isSealed).toBe(false);
    demandAll(read);
  }
  const told: UpgradeProgress[] = [];
  await using opened = await openDatabase({
    kind: "config",
    dir,
    mode: "write",
    onUpgrade: (progress) => told.push(progress),
  });
  demandAll(opened);
  expect(rawTable(opened, "records").get(transformerKey("script 1"))?.length).toBe(6 + 4);
  expect(told[0]).toEqual({ kind: "config", from: 2, to: 3, records: 0, totalRecords: 9_001 });
  derivedAndExpected(opened);
});

test("needs room for what it writes anew, and looks for it before it begins", async ({ skip }) => {
  await using made = await temporaryDatabase("config");
  // without checksums from the beginning, so that no page is free
  const records = rawTable(made, "records");
  made.root.transactionSync(() => {
    for (let n = 0; n < 20_000; n++)
      records.put(transformerKey(`script ${n}`), Buffer.from(`.n = ${n}`.padEnd(100)));
  });
  makeOld(made, 2, ["local"]);
  await made.close();
  const file = join(made.dir, "data.mdb");
  const { size } = await stat(file);
  const home = await mkdtemp(join(tmpdir(), "flowg-upgrade-"));
  try {
    const outcomes = new Map<number, string>();
    for (const room of [0.5, 3]) {
      const disk = join(home, String(room));
      using _ = await smallDisk(disk, `${Math.ceil(((1 + room) * size) / 1024)}k`, skip);
      const dir = join(disk, "config");
      await mkdir(dir);
      await copyFile(file, join(dir, "data.mdb"));
      const opening = openDatabase({ kind: "config", dir, mode: "write" });
      await opening.then(
        async (database) => {
          outcomes.set(room, "upgraded");
          expect(database.records.count()).toBe(20_000);
          await database.close();
        },
        (error) => {
          outcomes.set(room, error.code);
          expect(error.message).toMatch(
            /^the upgrade of the config database needs about \d+ bytes/,
          );
          expect(error.message).not.toContain(dir);
        },
      );
      // what was refused is as it was
      await using read = await openDatabase({ kind: "config", dir, mode: "read" });
      expect(read.records.isSealed).toBe(room > 1);
      expect(read.records.count()).toBe(20_000);
    }
    expect([...outcomes.values()]).toEqual(["DISK_FULL", "upgraded"]);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
