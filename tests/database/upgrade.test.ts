// Databases of earlier schemas. In schema 1, the value index had a key for each entry; in schema 2, nothing had a checksum.

import { expect, test } from "vitest";
import { type Database, openDatabase } from "../../server/database/open.js";
import { transformerKey } from "../../server/database/records.js";
import type { UpgradeProgress } from "../../server/database/upgrade.js";
import { openLogStore } from "../../server/logs/store.js";
import { collect } from "../logs/collect.js";
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
    for (const item of [...made.derived.getRange()]) {
      const key = item.key as Buffer;
      if (!key.toString("latin1").startsWith("index")) continue;
      made.derived.putSync(key, Buffer.alloc(0));
      for (let at = 0; at < item.value.length; at += 24) {
        const moment = item.value.subarray(at, at + 24);
        made.derived.putSync(Buffer.concat([key.subarray(0, -24), moment]), Buffer.alloc(0));
      }
    }
    expect(made.derived.getKeysCount({ end: Buffer.from("index\x1c") })).toBe(50);
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
  await store.settle();
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
  expect([...opened.local.getKeys()].map(String)).toEqual(["kind", "made", "schema"]);
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
      made.records.putSync(transformerKey(name), Buffer.from(script));
  });
  makeOld(made, 2);
  await made.close();
  const demandAll = (database: Database) => {
    expect(database.records.getKeysCount()).toBe(scripts.size);
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
    ...{ kind: "config", dir, mode: "write" },
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
    ...{ kind: "config", dir, mode: "write" },
    onUpgrade: (progress) => told.push(progress),
  });
  demandAll(opened);
  expect(rawTable(opened, "records").get(transformerKey("script 1"))?.length).toBe(6 + 4);
  expect(told[0]).toEqual({ kind: "config", from: 2, to: 3, records: 0, totalRecords: 9_001 });
  derivedAndExpected(opened);
});
