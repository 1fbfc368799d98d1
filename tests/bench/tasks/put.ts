// The yardstick of a restore: a bare loop of `putSync` of the same records, in one transaction, without an index or
// a check, into an empty place. The records are in memory, as Buffers, before the clock goes on: some ten thousand at
// a time, since millions would measure the garbage collector. Variant `append` tells LMDB that keys ascend.

import { join } from "node:path";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import type { Task } from "../task.js";

const CHUNK = 50_000;

export const run: Task = async ({ source, scratch }, { variant }) => {
  await using from = await openDatabase({ kind: "logs", dir: source.logs, mode: "read" });
  await using to = await openDatabase({
    kind: "logs",
    dir: join(scratch, "logs"),
    mode: "create",
  });
  // as LMDB has it: our own puts a checksum to each value
  const how = { name: "records", encoding: "binary", keyEncoding: "binary" } as const;
  const records = to.root.openDB<Buffer, Buffer>(how);
  const flags = variant === "append" ? { append: true } : undefined;
  const all = from.records.range()[Symbol.iterator]();
  let elsewhere = 0;
  let elsewhereProcessor = 0;
  const chunk: { key: Buffer; value: Buffer }[] = [];
  const fetchMore = () => {
    const started = performance.now();
    const used = process.cpuUsage();
    chunk.length = 0;
    for (let next = all.next(); !next.done; next = all.next()) {
      const { key, value } = next.value;
      chunk.push({ key: key as unknown as Buffer, value });
      if (chunk.length === CHUNK) break;
    }
    elsewhere += performance.now() - started;
    elsewhereProcessor += secondsSince(used);
    return chunk.length > 0;
  };
  const started = performance.now();
  const used = process.cpuUsage();
  records.transactionSync(() => {
    while (fetchMore()) {
      if (flags) for (const { key, value } of chunk) records.putSync(key, value, flags);
      else for (const { key, value } of chunk) records.putSync(key, value);
    }
  });
  return {
    seconds: (performance.now() - started - elsewhere) / 1000,
    processor: secondsSince(used) - elsewhereProcessor,
  };
};

function secondsSince(earlier: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(earlier);
  return (user + system) / 1e6;
}
