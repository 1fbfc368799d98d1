// Log databases of a wanted size, quickly: entries that hardly compress, straight into the directory.

import { randomBytes, randomUUID } from "node:crypto";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { encodeValue, entryKey, fieldKey, streamKey } from "../../../server/records/records.js";
import { rederive } from "../../storage/rederive.js";

const STREAM = { ttl: 0, size: 0, indexed_fields: [] };
const FIRST_MS = 1_700_000_000_000;
const BATCH = 20_000;

/** Entries of stream `bulk`, a millisecond apart, each of about `bytes` bytes of noise. */
export async function fillLogs(dir: string, entries: number, bytes: number): Promise<void> {
  await using database = await openDatabase({ kind: "logs", dir, mode: "create" });
  const { records } = database;
  for (let from = 0; from < entries; from += BATCH) {
    records.transactionSync(() => {
      for (let i = from; i < Math.min(entries, from + BATCH); i++) {
        const fields = { text: noise(bytes) };
        const value = encodeValue({ timestamp: new Date(FIRST_MS + i).toISOString(), fields });
        records.put(entryKey("bulk", FIRST_MS + i, randomUUID()), value);
      }
    });
  }
  records.transactionSync(() => {
    records.put(streamKey("bulk"), encodeValue(STREAM));
    records.put(fieldKey("bulk", "text"), Buffer.alloc(0));
    rederive(database);
  });
}

const POOL = randomBytes(12 * 1024 * 1024).toString("base64");

/** No compressor finds much in it: a block holds few pieces of the pool that overlap. */
function noise(length: number): string {
  const from = Math.floor(Math.random() * (POOL.length - length));
  return POOL.slice(from, from + length);
}
