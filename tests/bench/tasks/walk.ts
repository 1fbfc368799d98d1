// The yardstick of a backup: a bare zero-copy cursor walk. Code of its own, so that it stays what it is when the
// product's gets faster: lmdb-js hands over where the bytes of each key and value are, and nothing is done with them.

import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { seconds, type Task } from "../task.js";

/** At the end of each value. */
const CHECKSUM_BYTES = 4;

export const run: Task = async ({ source }) => {
  await using database = await openDatabase({ kind: "logs", dir: source.logs, mode: "read" });
  let bytes = 0;
  const table = database.root.openDB({
    name: "records",
    create: false,
    keyEncoder: {
      writeKey(key: Uint8Array, target: Uint8Array, start: number) {
        target.set(key, start);
        return start + key.byteLength;
      },
      readKey(_source: Uint8Array, start: number, end: number) {
        bytes += end - start;
        return 0;
      },
    },
    encoder: {
      encode: (value: Uint8Array) => value,
      decode(_bytes: Uint8Array, length: number) {
        bytes += length;
        return 0;
      },
    },
  } as never);
  let records = 0;
  const took = await seconds(() => {
    for (const _ of table.getRange({ start: Buffer.of(0) } as never)) records++;
  });
  const megabytes = (bytes - CHECKSUM_BYTES * records) / 1e6;
  return { seconds: took, records, bytes, megabytes };
};
