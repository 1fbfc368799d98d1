// Makes one entry in a hundred of the restored database another, and adds one in a thousand.

import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { encodeValue, entryKey } from "../../../server/records/records.js";
import { rederive } from "../../storage/rederive.js";
import { entries } from "../entries.js";
import type { Task } from "../task.js";

export const run: Task = async ({ restored }, { count }) => {
  await using database = await openDatabase({ kind: "logs", dir: restored.logs, mode: "write" });
  const { records } = database;
  const changed = encodeValue({ timestamp: "2026-11-23T00:00:00Z", fields: { level: "other" } });
  let n = 0;
  records.transactionSync(() => {
    for (const { stream, ms, uuid } of entries(count)) {
      if (n % 100 === 0) records.put(entryKey(stream, ms, uuid), changed);
      const other = `ffffffff-0000-4000-8000-${String(n).padStart(12, "0")}`;
      if (n % 1000 === 1) records.put(entryKey(stream, ms, other), changed);
      n++;
    }
    rederive(database);
  });
  return {};
};
