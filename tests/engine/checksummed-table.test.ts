import { expect, test } from "vitest";
import type { ChecksummedTable } from "../../server/engine/lmdb/checksummed-table.js";
import { key } from "../../server/records/keys.js";
import { temporaryDatabase } from "./temporary.js";

/** Around the size of the memory in which records are sealed (128 KiB), and far beyond it. */
const SIZES = [0, 1, 4, 100, 131_000, 131_060, 131_066, 131_067, 131_068, 131_072, 140_000, 5e6];

const content = (size: number, salt: number): Buffer => {
  const bytes = Buffer.alloc(size);
  for (let i = 0; i < size; i++) bytes[i] = (i * 31 + (i >>> 8) + salt) & 0xff;
  return bytes;
};

/** What the table says it holds, against what it holds. */
function demandSum(table: ChecksummedTable): void {
  let records = 0;
  let checksums = 0;
  for (const { checksum, isWhole } of table.findRange()) {
    expect(isWhole).toBe(true);
    records++;
    checksums = (checksums + checksum) >>> 0;
  }
  expect(table.sum()).toEqual({ found: { records, checksums } });
}

test("values of any size come back as they were put, new, overwritten, or among others", async () => {
  await using database = await temporaryDatabase("logs");
  const { records } = database;
  for (const salt of [1, 2]) {
    records.transactionSync(() => {
      for (const size of SIZES) records.put(key("size", String(size)), content(size, salt));
    });
    for (const size of SIZES)
      expect(records.get(key("size", String(size)))?.equals(content(size, salt))).toBe(true);
    demandSum(records);
  }
});

test("what is put as surely new counts, beside what is overwritten and removed", async () => {
  await using database = await temporaryDatabase("logs");
  const { records } = database;
  await records.transaction(() => {
    for (let i = 0; i < 200; i++) records.putNew(key("new", String(i)), content(i * 900, i));
    records.put(key("new", "7"), content(70, 3));
    records.remove(key("new", "8"));
  });
  // alone, each is a transaction
  records.put(key("alone"), content(10, 1));
  records.put(key("alone"), content(20, 2));
  records.remove(key("new", "9"));
  expect(records.get(key("new", "7"))).toEqual(content(70, 3));
  expect(records.get(key("new", "199"))).toEqual(content(199 * 900, 199));
  expect(records.count()).toBe(199);
  demandSum(records);
});
