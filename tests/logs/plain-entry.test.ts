// The scan of an entry's bytes against the parser: it may be unsure, never wrong.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeValue, encodeValue, recordProblem } from "../../server/database/records.js";
import { FieldFinder, isPlainEntry } from "../../server/logs/plain-entry.js";

const KEY = Buffer.from(
  "entry\x1bs\x1b00000000000000001000\x1b0b2e4c1e-6a67-4ad1-8ad5-9c8a1d2e3f40",
);
const NAMES = ["level", "a", "", "é", "a\\b", "\ufffd", "__proto__"];

const name = fc.oneof(fc.constantFrom(...NAMES), fc.string({ unit: "binary" }));
const text = fc.oneof(
  fc.constantFrom("info", "", 'say "hi"', "a\nb\\c", "\u2028\ud800", "ünïcode"),
  fc.string({ unit: "binary" }),
);
const fields = fc.array(fc.tuple(name, text), { maxLength: 4 });
/** Bytes for bytes inside a value, as a broken or foreign writer may make them. */
const bites = fc.array(fc.tuple(fc.nat(), fc.constantFrom(...Buffer.from('"\\u0/},a'), 0xff)), {
  maxLength: 2,
});

/** Names may come twice, as they can't from `encodeValue`. */
function encode(pairs: [string, string][]): Buffer {
  const members = pairs.map(([name, text]) => `${JSON.stringify(name)}:${JSON.stringify(text)}`);
  return Buffer.from(`{"timestamp":"2026-11-23T00:00:00Z","fields":{${members.join()}}}`);
}

/** With other bytes around it, as in a block. */
function within(value: Buffer): { bytes: Uint8Array; start: number; end: number } {
  const bytes = Buffer.concat([Buffer.from('"x":"'), value, Buffer.from('","y":"z"}}')]);
  return { bytes, start: 5, end: 5 + value.length };
}

describe("a scanned entry", () => {
  it("is plain in the form that is written here, with and without escapes", () => {
    fc.assert(
      fc.property(fc.dictionary(name, text), (fields) => {
        const value = encodeValue({ timestamp: "2026-11-23T00:00:00Z", fields });
        const { bytes, start, end } = within(value);
        expect(isPlainEntry(bytes, start, end)).toBe(true);
      }),
    );
  });

  it("is only plain if the rules let it in", () => {
    fc.assert(
      fc.property(fields, bites, (pairs, bites) => {
        const value = encode(pairs);
        for (const [at, byte] of bites) value[at % value.length] = byte;
        const { bytes, start, end } = within(value);
        if (isPlainEntry(bytes, start, end)) {
          expect(recordProblem("logs", { key: KEY, value })).toBeUndefined();
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("has the values that the parser finds, or isn't sure", () => {
    let sure = 0;
    fc.assert(
      fc.property(fields, bites, fc.subarray(NAMES), (pairs, bites, wanted) => {
        const value = encode(pairs);
        for (const [at, byte] of bites) value[at % value.length] = byte;
        const finder = new FieldFinder(wanted);
        const { bytes, start, end } = within(value);
        if (!finder.find(bytes, start, end)) return;
        sure++;
        const parsed = decodeValue<{ fields: Record<string, string> }>(value).fields;
        for (const [i, name] of wanted.entries()) {
          const [from, to] = [finder.starts[i] as number, finder.ends[i] as number];
          const found = from < 0 ? undefined : Buffer.from(bytes.subarray(from, to)).toString();
          expect(found).toBe(Object.hasOwn(parsed, name) ? parsed[name] : undefined);
        }
      }),
      { numRuns: 2000 },
    );
    expect(sure).toBeGreaterThan(100);
  });
});
