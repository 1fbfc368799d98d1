import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { badgerStream, entryValue, importBytes, type Kv, time, uuid } from "./encode.js";

const now = new Date("2026-06-01T00:00:00Z");
const nowSeconds = now.getTime() / 1000;

const entry = (stream: string, n: number, fields: Record<string, string> = {}): Kv => ({
  key: `entry:${stream}:${time(n)}:${uuid(n)}`,
  value: entryValue(fields),
});
const ours = (stream: string, n: number): string => `entry|${stream}|${time(n)}|${uuid(n)}`;

describe("FlowG's log keys", () => {
  it("parses stream and field names that hold the separator from the fixed ends", async () => {
    const { records, counts, facts } = await importBytes(
      badgerStream([
        { key: "stream:config:app", value: "" },
        { key: "stream:config:app:web", value: '{"ttl":60,"size":5,"indexed_fields":["b","a"]}' },
        { key: "stream:field:app:level" },
        { key: "stream:field:app:web:le:vel" },
        entry("app", 1, { level: "x" }),
        entry("app:web", 2, { "le:vel": "x" }),
        { key: `index:app:web:field:le:vel:eA==:entry:app:web:${time(2)}:${uuid(2)}` },
      ]),
    );
    expect(records).toEqual({
      [ours("app", 1)]: entryValue({ level: "x" }),
      [ours("app:web", 2)]: entryValue({ "le:vel": "x" }),
      "field|app:web|le:vel": "",
      "field|app|level": "",
      "stream|app": '{"ttl":0,"size":0,"indexed_fields":[]}',
      "stream|app:web": '{"ttl":60,"size":5,"indexed_fields":["a","b"]}',
    });
    expect(counts).toEqual({ entry: 2, field: 2, stream: 2 });
    expect(facts.valueIndexKeyValues).toBe(1);
  });

  it("takes the keys of FlowG 0.61, with the colons that its upgrade replaced", async () => {
    const { records } = await importBytes(
      badgerStream([
        { key: "__meta__\x1bmigration\x1bkey_separator" },
        { key: "stream\x1bconfig\x1bapp\x1bweb", value: "" },
        { key: "stream\x1bconfig\x1bnew:one", value: '{"ttl":1,"size":2,"indexed_fields":null}' },
        { key: "stream\x1bfield\x1bapp\x1bweb\x1bf" },
        { key: "stream\x1bfield\x1bnew:one\x1ba:b" },
        { key: `entry\x1bapp\x1bweb\x1b${time(1)}\x1b${uuid(1)}`, value: entryValue({ f: "" }) },
        { key: `entry\x1bnew:one\x1b${time(2)}\x1b${uuid(2)}`, value: entryValue({ "a:b": "" }) },
        { key: `entry:app:web:${time(1)}:${uuid(1)}`, meta: 1, version: 9 },
      ]),
    );
    expect(Object.keys(records)).toEqual([
      ours("app:web", 1),
      ours("new:one", 2),
      "field|app:web|f",
      "field|new:one|a:b",
      "stream|app:web",
      "stream|new:one",
    ]);
    expect(records["stream|new:one"]).toBe('{"ttl":1,"size":2,"indexed_fields":[]}');
  });

  it("takes the newer of an entry's two forms where both live, and says so", async () => {
    const { records, counts, warnings } = await importBytes(
      badgerStream([
        { key: `entry:s:${time(1)}:${uuid(1)}`, value: entryValue({ is: "old" }), version: 99 },
        { key: `entry\x1bs\x1b${time(1)}\x1b${uuid(1)}`, value: entryValue({ is: "new" }) },
        { key: "stream:config:s", value: '{"ttl":1,"size":0,"indexed_fields":[]}', version: 99 },
        { key: "stream\x1bconfig\x1bs", value: '{"ttl":2,"size":0,"indexed_fields":[]}' },
      ]),
    );
    expect(records[ours("s", 1)]).toBe(entryValue({ is: "new" }));
    expect(JSON.parse(records["stream|s"] ?? "").ttl).toBe(2);
    expect(counts).toEqual({ entry: 1, field: 1, stream: 1 });
    expect(warnings.join("\n")).toMatch(/1 entry stood under an old and a new key/);
  });

  it("gives a stream without settings the defaults, and lists the fields of entries", async () => {
    const { records, warnings } = await importBytes(
      badgerStream([
        entry("s", 1, { b: "1", a: "2" }),
        { key: "stream:config:t" },
        { key: "stream:field:t:old" },
        { key: "stream:field:nowhere:x" },
      ]),
    );
    expect(Object.keys(records)).toEqual([
      ours("s", 1),
      "field|s|a",
      "field|s|b",
      "field|t|old",
      "stream|s",
      "stream|t",
    ]);
    expect(warnings.join("\n")).toMatch(/1 stream has entries but no settings.*"s"/);
    expect(warnings.join("\n")).toMatch(/1 field is in FlowG's list but in no entry.*"t old"/);
    expect(warnings.join("\n")).toMatch(/2 fields are in entries but missing from FlowG's list/);
    expect(warnings.join("\n")).toMatch(/1 listed field of a stream that does not exist/);
  });

  it("turns null fields into none, and leaves out what isn't an entry", async () => {
    const key = (n: number): string => `entry:s:${time(n)}:${uuid(n)}`;
    const { records, facts, warnings } = await importBytes(
      badgerStream([
        { key: key(1), value: '{"timestamp":"2026-01-01T00:00:00Z","fields":null}' },
        { key: key(2), value: '{"timestamp":"2026-01-01T00:00:00Z","fields":{"a":1}}' },
        { key: key(3), value: "not JSON" },
        { key: key(4), value: '{"fields":{}}' },
        { key: key(5), value: Buffer.from('{"timestamp":"t","fields":{"a":"\xff"}}', "latin1") },
        { key: "entry:s:12:not-a-uuid", value: entryValue({}) },
      ]),
    );
    expect(records).toEqual({
      [ours("s", 1)]: '{"timestamp":"2026-01-01T00:00:00Z","fields":{}}',
      [ours("s", 5)]: '{"timestamp":"t","fields":{"a":"\ufffd"}}',
      "field|s|a": "",
      "stream|s": '{"ttl":0,"size":0,"indexed_fields":[]}',
    });
    expect(facts.leftOut).toBe(4);
    expect(warnings.join("\n")).toMatch(/3 entries whose value isn't a log entry, in "s"/);
    expect(warnings.join("\n")).toMatch(/not UTF-8 were replaced in 1 entry/);
  });

  it("keeps odd settings of streams as near as they can be", async () => {
    const { records, warnings } = await importBytes(
      badgerStream([
        { key: "stream:config:a", value: '{"ttl":9223372036854775807,"size":-1}' },
        { key: "stream:config:b", value: "broken" },
        { key: "stream:legacy", value: "{}" },
      ]),
    );
    expect(records).toEqual({
      "stream|a": '{"ttl":9007199254740991,"size":-1,"indexed_fields":[]}',
      "stream|b": '{"ttl":0,"size":0,"indexed_fields":[]}',
    });
    expect(warnings.join("\n")).toMatch(/settings of 1 stream could not be read.*"b"/);
  });

  it("takes what an upgraded FlowG has kept of old settings for no snapshot of ours", async () => {
    const { records } = await importBytes(
      badgerStream([
        { key: "stream\x1bapp", value: '{"ttl":5}' },
        { key: "stream\x1bconfig\x1bapp", value: '{"ttl":7}' },
      ]),
    );
    expect(records).toEqual({ "stream|app": '{"ttl":7,"size":0,"indexed_fields":[]}' });
  });

  it("counts field names that can't be keys, and keeps them in their entries", async () => {
    const long = "x".repeat(1025);
    const { records, warnings } = await importBytes(
      badgerStream([
        entry("s", 1, { [long]: "1", "a\nb": "2", ok: "3", "": "4" }),
        entry("s", 2, { [long]: "1", "a\nb": "2", "\x1bc": "3", "": "4" }),
        entry("t", 3, { "": "5" }),
        ...["s:", "s:a\nb", "s:ok", "t:", "s:\xff"].map((name) => ({
          key: Buffer.from(`stream:field:${name}`, "latin1"),
        })),
      ]),
    );
    expect(Object.keys(records)).toEqual([
      ours("s", 1),
      ours("s", 2),
      ours("t", 3),
      "field|s|ok",
      "stream|s",
      "stream|t",
    ]);
    expect(JSON.parse(records[ours("s", 1)] ?? "").fields[long]).toBe("1");
    expect(JSON.parse(records[ours("t", 3)] ?? "").fields[""]).toBe("5");
    const all = warnings.join("\n");
    expect(all).toMatch(
      /An empty field name cannot be listed or indexed here, in 2 streams: "s", "t";/,
    );
    expect(all).toMatch(
      /1 field name of more than 1024 bytes cannot be listed or indexed here, in "s"/,
    );
    expect(all).toMatch(/2 field names with control characters cannot be listed or indexed here/);
    expect(all).toMatch(/1 listed field whose name is not UTF-8 cannot be listed here, in "s"/);
  });

  it("says of entries that FlowG would have deleted that their stream keeps them now", async () => {
    const day = 24 * 60 * 60;
    const expiring = (stream: string, ttl: number, n: number): Kv => {
      const ms = now.getTime() - n * 1000;
      return {
        key: `entry:${stream}:${time(ms)}:${uuid(n)}`,
        value: entryValue({}),
        expiresAt: Math.floor(ms / 1000) + ttl,
      };
    };
    const config = (stream: string, ttl: number): Kv => ({
      key: `stream:config:${stream}`,
      value: `{"ttl":${ttl},"size":0,"indexed_fields":[]}`,
    });
    const { counts, warnings } = await importBytes(
      badgerStream([
        expiring("none", day, 1),
        expiring("none", day, 2),
        entry("none", 3),
        expiring("longer", day, 1),
        expiring("longer", 3 * day, 2),
        config("longer", 2 * day),
        expiring("same", day, 1),
        expiring("same", day - 1, 2),
        config("same", day),
        expiring("shorter", day, 1),
        config("shorter", 60),
        expiring("settings", day, 1),
        config("none", 0),
      ]),
      { now },
    );
    expect(counts.entry).toBe(9);
    const all = warnings.filter((warning) => warning.includes("FlowG would have deleted"));
    expect(all.sort().reverse()).toEqual([
      'FlowG would have deleted 3 entries of streams that had a ttl when these came and have none now; here they are kept for ever, in "none", "settings": set a ttl if they should go.',
      'FlowG would have deleted 1 entry earlier than the ttl that the stream has now; here they are kept as long as that says, in "longer".',
    ]);
  });

  it("sorts the same whatever memory it has", async () => {
    const kvs = ["a", "a-b", "a:b", "\xff", "b%FF", "c\x01"].flatMap((stream, s): Kv[] => [
      { key: Buffer.from(`stream:config:${stream}`, "latin1"), value: "" },
      ...Array.from({ length: 40 }, (_, n): Kv => {
        const key = `entry:${stream}:${time((n * 17) % 40)}:${uuid(n)}`;
        const value = entryValue({ [`f${s}${n % 3}`]: "x".repeat(n) });
        return { key: Buffer.from(key, "latin1"), value, version: n, meta: n % 7 === 0 ? 1 : 0 };
      }),
    ]);
    const bytes = badgerStream([...kvs, ...kvs.toReversed()]);
    const whole = await importBytes(bytes);
    expect(whole.counts.entry).toBe(6 * 34);
    for (const runBytes of [50, 500, 5000]) {
      expect(await importBytes(bytes, { runBytes })).toEqual(whole);
    }
  });

  it("writes control characters in stream names as percent signs, everywhere alike", async () => {
    const { records, counts, warnings } = await importBytes(
      badgerStream([
        entry("a\x1bb", 1, { f: "" }),
        entry("a\x1bb", 2, { f: "" }),
        entry("a", 3),
        entry("z", 4),
        { key: "stream:config:a\x1bb", value: '{"ttl":7,"size":0,"indexed_fields":[]}' },
        { key: "stream:field:a\x1bb:f" },
      ]),
    );
    expect(Object.keys(records)).toEqual([
      ours("a", 3),
      ours("a%1Bb", 1),
      ours("a%1Bb", 2),
      ours("z", 4),
      "field|a%1Bb|f",
      "stream|a",
      "stream|a%1Bb",
      "stream|z",
    ]);
    expect(counts.entry).toBe(4);
    expect(JSON.parse(records["stream|a%1Bb"] ?? "").ttl).toBe(7);
    expect(warnings.join("\n")).toContain('The stream name "a\\u001bb" is written "a%1Bb" here');
  });

  it("refuses a stream whose name would become another's, and one too long", async () => {
    const two = badgerStream([entry("a%01", 1), entry("a\x01", 2)]);
    await expect(importBytes(two)).rejects.toMatchObject({ code: "SNAPSHOT_UNSUPPORTED" });
    for (const name of ["n".repeat(513), "n".repeat(5000)]) {
      await expect(importBytes(badgerStream([entry(name, 1)]))).rejects.toMatchObject({
        code: "SNAPSHOT_UNSUPPORTED",
        message: expect.stringContaining(`stream name "${"n".repeat(64)}…"`),
      });
    }
  });

  it("counts index keys of any length", async () => {
    const value = "e".repeat(60_000);
    const index = (n: number): Kv => ({
      key: `index:s:field:f:${value}:entry:s:${time(n)}:${uuid(n)}`,
    });
    const { facts, counts } = await importBytes(
      badgerStream([entry("s", 1), index(1), index(2), { ...index(2), version: 5, meta: 1 }]),
    );
    expect(counts).toEqual({ entry: 1, stream: 1 });
    expect(facts).toMatchObject({ valueIndexKeyValues: 3, deleted: 0, superseded: 0 });
  });

  it("decides the database by an index key of a stream that is called like an auth key", async () => {
    const { database } = await importBytes(
      badgerStream([
        { key: `index:role:field:f:eA==:entry:role:${time(1)}:${uuid(1)}` },
        entry("role", 1),
      ]),
      { expected: "logs" },
    );
    expect(database).toBe("logs");
  });
});

describe("versions", () => {
  // what each key has in the file: versions in any order, some of them deletions or expired
  const fates = fc.array(
    fc.record({
      version: fc.oneof(
        fc.bigInt({ min: 1n, max: 1_000_000n }),
        fc.bigInt({ min: 2n ** 32n - 2n, max: 2n ** 32n + 1n }),
        fc.bigInt({ min: 2n ** 53n - 2n, max: 2n ** 53n + 1n }),
        fc.bigInt({ min: 2n ** 64n - 2n, max: 2n ** 64n - 1n }),
      ),
      fate: fc.constantFrom("live", "live", "deleted", "expired"),
      size: fc.nat(200),
      place: fc.nat(),
      streamId: fc.integer({ min: 1, max: 9 }),
    }),
    { minLength: 1, maxLength: 5 },
  );

  it("keeps a key's highest version, wherever it stands, unless that is deleted or expired", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fates, { minLength: 1, maxLength: 12 }), async (keys) => {
        const kvs: { kv: Kv; place: number }[] = [];
        const expected: Record<string, string> = {};
        keys.forEach((versions, n) => {
          const unique = [...new Map(versions.map((item) => [item.version, item])).values()];
          for (const { version, fate, size, place, streamId } of unique) {
            const value = entryValue({ f: `${version}`.repeat(size) });
            const base = { key: `entry:s:${time(n)}:${uuid(n)}`, version, streamId };
            if (fate === "deleted") kvs.push({ kv: { ...base, meta: 1 }, place });
            else if (fate === "expired") {
              kvs.push({ kv: { ...base, expiresAt: nowSeconds - (place % 2) }, place });
            } else kvs.push({ kv: { ...base, value, expiresAt: nowSeconds + 1, meta: 2 }, place });
          }
          const newest = unique.sort((a, b) => (b.version > a.version ? 1 : -1))[0];
          if (newest?.fate === "live") {
            expected[ours("s", n)] = entryValue({ f: `${newest.version}`.repeat(newest.size) });
          }
        });
        kvs.sort((a, b) => a.place - b.place);
        const anything: Kv = { key: "stream:config:s" };
        const { records, facts } = await importBytes(
          badgerStream([anything, ...kvs.map(({ kv }) => kv)]),
          { now },
        );
        const found = Object.entries(records).filter(([key]) => key.startsWith("entry|"));
        expect(Object.fromEntries(found)).toEqual(expected);
        expect(facts.distinctKeys).toBe(keys.length + 1);
        expect(facts.keyValues).toBe(kvs.length + 1);
      }),
      { numRuns: 40 },
    );
  });

  it("takes values of many megabytes, and gives them back byte for byte", async () => {
    const value = entryValue({ blob: "b".repeat(63 * 2 ** 20) });
    const { records } = await importBytes(
      badgerStream([
        { key: `entry:s:${time(1)}:${uuid(1)}`, value },
        { key: `entry:s:${time(1)}:${uuid(1)}`, value: entryValue({ old: "1" }), version: 0 },
        entry("s", 2),
      ]),
    );
    expect(records[ours("s", 1)] === value).toBe(true);
    expect(records[ours("s", 2)]).toBe(entryValue({}));
  });
});
