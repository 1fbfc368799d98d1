import { expect, test } from "vitest";
import { TableWriter } from "../../server/engine/lmdb/table-writer.js";
import { recordChecksum } from "../../server/platform/checksum/checksum.js";
import { readyToRelease } from "../../server/platform/native-memory.js";
import { entryKey } from "../../server/records/records.js";
import { temporaryDatabase } from "./temporary.js";

const RECORDS = 24;
const BYTES = 1_000_000;

test("nothing is held for values that fill a block, and so have no room for a checksum", async () => {
  await readyToRelease();
  await using database = await temporaryDatabase("logs");
  const writer = new TableWriter(database, "records");
  const keys = Array.from({ length: RECORDS }, (_, n) =>
    entryKey("s", n, "00000000-0000-4000-8000-000000000000"),
  );
  const value = Buffer.alloc(BYTES, "value");
  const held = () => process.memoryUsage().arrayBuffers;
  const before = held();
  database.records.transactionSync(() => {
    for (const key of keys) {
      writer.from(key, value);
      const checksum = recordChecksum(key, value);
      writer
        .key(0, key.length)
        .putSealed(0, value.length, { checksum, isLast: false, hasRoom: false });
    }
  });
  expect(held() - before).toBeLessThan(3 * BYTES);
  for (const key of keys) {
    const found = database.records.find(key);
    expect(found?.isWhole).toBe(true);
    expect(found?.value.equals(value)).toBe(true);
  }
});
