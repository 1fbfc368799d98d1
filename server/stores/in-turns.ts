// Reads a list of any length without blocking the event loop: it reads some records in each turn. Records that are added or
// removed meanwhile may be missing.

import { setImmediate } from "node:timers/promises";
import type { Database } from "../storage/database.js";
import type { TableRange } from "../storage/tables.js";

/** The records that are read within one turn. */
const AT_ONCE = 500;

export async function* recordsInTurns(
  database: Database,
  range: TableRange,
): AsyncGenerator<{ key: Buffer; value: Buffer }> {
  let { start } = range;
  for (;;) {
    const from = start;
    const found = await database.read(({ records }) => [
      ...records.range({ ...range, start: from, limit: AT_ONCE }),
    ]);
    yield* found;
    const last = found.at(-1);
    if (last === undefined || found.length < AT_ONCE) return;
    // the next possible key has one zero byte more
    start = Buffer.concat([last.key, Buffer.alloc(1)]);
    await setImmediate();
  }
}
