// Run as a process of its own whose files may not grow beyond a limit (`ulimit -f`): commits fail as on a full disk.
// Prints one JSON line.

import { openDatabase } from "../../dist/server/engine/lmdb/open.js";
import { openLogStore } from "../../dist/server/stores/logs/store.js";

// without a handler the signal that comes with the failure would end the process
process.on("SIGXFSZ", () => {});
const unhandled = [];
process.on("unhandledRejection", (error) => unhandled.push(String(error)));

const [, , dir = "", text = ""] = process.argv;
const database = await openDatabase({ kind: "logs", dir, mode: "create" });
const store = openLogStore(database);
const entry = { stream: "s", fields: { text: "x".repeat(Number(text)) } };
let stored = 0;
const failures = new Set();
for (let i = 0; i < 30; i += 1) {
  const requests = Array.from({ length: 3 }, () => store.ingest([entry]));
  const other = store.streams.configure(`t${i}`, { ttl: 0, size: 0, indexed_fields: [] });
  for (const outcome of await Promise.allSettled([...requests, other])) {
    if (outcome.status === "rejected") failures.add(outcome.reason.code ?? String(outcome.reason));
  }
  stored = (await store.streams.total("s")).entries;
}
const found = [];
for await (const { timestamp } of store.query("s", { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }))
  found.push(timestamp);
await store.close();
await database.close();
process.stdout.write(
  `${JSON.stringify({ stored, found: found.length, failures: [...failures], unhandled })}\n`,
);
