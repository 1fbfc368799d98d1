// Run as a process of its own, whose writes are recorded (record.c): ingests into an open log database, and marks what was
// answered. `node write.mjs DIRECTORY flushed|committed GROUPS`

import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { openDatabase } from "../../../dist/server/engine/lmdb/open.js";
import { lmdb } from "../../../dist/server/engine/lmdb.js";
import { openLogStore } from "../../../dist/server/stores/logs/store.js";

const [, , dir = "", durability, groups = ""] = process.argv;
const mark = (what) => appendFileSync(join(dir, "data.mdb.mark"), what);
const database = await openDatabase({ kind: "logs", dir, mode: "write", durability });
const store = openLogStore(database);
const text = "x".repeat(300);
const EACH = 3;

for (let group = 0; group < Number(groups); group++) {
  const entries = Array.from({ length: EACH }, (_, n) => ({
    stream: "s",
    fields: { number: String(group * EACH + n), level: `level ${group % 7}`, text },
  }));
  await Promise.all(entries.map((entry) => store.ingest([entry])));
  mark(`entries ${(group + 1) * EACH}`);
  if (group % 10 === 9) {
    const name = `t${group}`;
    await store.streams.configure(name, { ttl: 0, size: 0, indexed_fields: [] });
    mark(`stream ${name}`);
  }
  if (group % 40 === 20) await (await lmdb.hold([{ kind: "logs", dir }])).close();
  if (group % 40 === 20) mark("flushed by a backup");
  if (group % 40 === 30) await database.exclude(async () => {});
  if (group % 40 === 30) mark("flushed by a restore");
}
// waits for the flush that comes by itself: then the last two records are its begin and its end
const isFlushed = () => {
  const last = readFileSync(process.env.RECORD_LOG ?? "").subarray(-48);
  return last.readBigUInt64LE(0) === 2n && last.readBigUInt64LE(24) === 3n;
};
for (const end = Date.now() + 20_000; !isFlushed() && Date.now() < end; ) await setTimeout(50);
mark("flushed by itself");
await Promise.all([store.ingest([{ stream: "s", fields: { number: "last", level: "", text } }])]);
await store.close();
await database.close();
mark("flushed by the end");
