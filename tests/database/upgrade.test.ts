// A database of schema 1, whose value index had a key for each entry.

import { expect, test } from "vitest";
import { openDatabase } from "../../server/database/open.js";
import { encodeValue } from "../../server/database/records.js";
import { openLogStore } from "../../server/logs/store.js";
import { collect } from "../logs/collect.js";
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
    expect(made.derived.getKeysCount({ end: Buffer.from("total") })).toBe(50);
    made.local.putSync(Buffer.from("schema"), Buffer.from("1"));
  });
  await made.close();
  {
    await using read = await openDatabase({ kind: "logs", dir, mode: "read" });
    expect(read.local.get(Buffer.from("schema"))?.toString()).toBe("1");
  }
  await using opened = await openDatabase({ kind: "logs", dir, mode: "write" });
  expect(opened.local.get(Buffer.from("schema"))?.toString()).toBe("2");
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
  await made.local.transaction(() =>
    made.local.putSync(Buffer.from("schema"), encodeValue(1 as never)),
  );
  await made.close();
  await using opened = await openDatabase({ kind: "config", dir, mode: "write" });
  expect(opened.local.get(Buffer.from("schema"))?.toString()).toBe("2");
  expect([...opened.local.getKeys()].map(String)).toEqual(["kind", "schema"]);
});
