import fc from "fast-check";
import { expect, test } from "vitest";
import {
  encodeValue,
  entryKey,
  fieldKey,
  streamKey,
  tokenKey,
  userKey,
} from "../../server/records/records.js";
import { derivedAndExpected, temporaryDatabase } from "../engine/temporary.js";
import { clearRecords, rederive } from "./rederive.js";

const uuid = (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;

test("finds a token by its hash, and legacy tokens apart", async () => {
  await using db = await temporaryDatabase("auth");
  const sha256 = "ab".repeat(32);
  await db.records.transaction(() => {
    db.records.put(tokenKey("root", uuid(1)), encodeValue({ sha256 }));
    db.records.put(tokenKey("a b", uuid(2)), encodeValue({ legacyHash: "$argon2id$x" }));
    db.records.put(userKey("root"), encodeValue({ passwordHash: "x", roles: [] }));
    rederive(db);
  });
  const { found } = derivedAndExpected(db);
  expect(found).toEqual([
    `legacy\x1ba b\x1b${uuid(2)}=`,
    `sha256\x1b${sha256}\x1broot\x1b${uuid(1)}=`,
  ]);
});

test("keeps streams whose names continue one another apart", async () => {
  await using db = await temporaryDatabase("logs");
  const value = encodeValue({ timestamp: "2026-01-01T00:00:00Z", fields: { level: "info" } });
  const streams = ["app", "app:web", "app b", "app/é", "ap"];
  await db.records.transaction(() => {
    for (const [i, stream] of streams.entries()) {
      for (let n = 0; n <= i; n += 1) db.records.put(entryKey(stream, 5 + n, uuid(n)), value);
      db.records.put(fieldKey(stream, "level"), Buffer.alloc(0));
    }
    db.records.put(
      streamKey("app:web"),
      encodeValue({ ttl: 0, size: 0, indexed_fields: ["level", "absent", "bad\x07name", "level"] }),
    );
    rederive(db);
  });
  const totals = [...db.derived.range({ start: Buffer.from("total") })].map(
    ({ key, value }) => `${key as Buffer} ${value}`,
  );
  const bytes = (stream: string, n: number) =>
    n * (6 + Buffer.byteLength(stream) + 58 + value.length);
  expect(totals.sort()).toEqual(
    streams.map((s, i) => `total\x1b${s} {"entries":${i + 1},"bytes":${bytes(s, i + 1)}}`).sort(),
  );
  const index = [...db.derived.keys({ end: Buffer.from("index\x1c") })] as Buffer[];
  // one list, in one piece
  expect(index.map((key) => key.subarray(0, 25).toString("latin1"))).toEqual([
    "index\x1bapp:web\x1blevel\x1b\x04info",
  ]);
});

test("rebuilding twice, or over stale data, gives the same", async () => {
  await using db = await temporaryDatabase("logs");
  const entry = fc.record({
    stream: fc.constantFrom("a", "a b", "b"),
    ms: fc.oneof(fc.nat(), fc.maxSafeNat()),
    fields: fc.dictionary(fc.constantFrom("f", "g", "h"), fc.string({ maxLength: 100 })),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(entry), fc.subarray(["f", "g"]), async (entries, indexed_fields) => {
      await db.records.transaction(() => {
        clearRecords(db);
        db.records.put(streamKey("a"), encodeValue({ ttl: 0, size: 0, indexed_fields }));
        for (const [n, { stream, ms, fields }] of entries.entries()) {
          db.records.put(
            entryKey(stream, ms, uuid(n)),
            encodeValue({ timestamp: "2026-01-01T00:00:00Z", fields }),
          );
        }
        rederive(db);
      });
      const { found, expected } = derivedAndExpected(db);
      expect(found).toEqual(expected);
      expect(found.length >= new Set(entries.map((e) => e.stream)).size).toBe(true);
    }),
    { numRuns: 40 },
  );
});
