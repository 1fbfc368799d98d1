// A query that no index can answer, over all entries of all streams, none of which passes its filter. Variant `decoded`: by a filter
// whose entries can't be told without decoding them. Variant `bare`: a bare walk instead, and JSON.parse of each.

import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { parseFilter } from "../../../server/records/logs/filter.js";
import { entriesFrom } from "../../../server/records/records.js";
import { openLogStore } from "../../../server/stores/logs/store.js";
import { type Task, used } from "../task.js";

const ALL = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
const CHECKSUM_BYTES = 4;

export const run: Task = async ({ source }, { variant }) => {
  await using database = await openDatabase({ kind: "logs", dir: source.logs, mode: "read" });
  const store = openLogStore(database);
  const streams: string[] = [];
  for await (const [name] of store.streams.list()) streams.push(name);
  const filter = parseFilter(variant === "decoded" ? 'not (x != "none")' : 'x = "none"');
  let found = 0;
  const query = async () => {
    for (const stream of streams)
      for await (const _ of store.query(stream, { ...ALL, filter })) found++;
  };
  const table = database.root.openDB<Buffer, Buffer>({
    name: "records",
    create: false,
    encoding: "binary",
    keyEncoding: "binary",
  } as never);
  const walk = () => {
    for (const stream of streams) {
      const [start, end] = [ALL.toMs, 0].map((ms) => entriesFrom(stream, ms)) as [Buffer, Buffer];
      for (const { value } of table.getRange({ start, end, reverse: true })) {
        const json = value.toString("utf8", 0, value.length - CHECKSUM_BYTES);
        if (JSON.parse(json).fields.x === "none") found++;
      }
    }
  };
  const took = await used(variant === "bare" ? walk : query);
  if (found > 0) throw new Error("entries have a field that they were not given");
  return { ...took };
};
