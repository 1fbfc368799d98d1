// Files that are broken or made to break: each ends in an error or in a sound import, and leaves nothing behind
// (importBytes checks both).

import { readdir, readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { importFlowg } from "../../../server/formats/flowg/import.js";
import { localFile } from "../../../server/formats/sources/local-file.js";
import {
  badgerStream,
  entryValue,
  importBytes,
  importCode,
  tar,
  tarGz,
  temporaryDirectory,
  time,
  uuid,
} from "./encode.js";

const HASH = "$argon2id$v=19$m=1,t=1,p=1$AAECAw$mGnnp2oOT1fD5G1yus7D8E+uoljwGKUI4zdszBuafiA";
const small = badgerStream(
  [
    { key: "index:role:admin" },
    { key: "index:user:root" },
    { key: `pat:root:${uuid(1)}`, value: HASH, version: 300 },
    { key: "role:admin:write_acls" },
    { key: "user:root:password", value: HASH },
    { key: "user:root:role:admin", meta: 1 },
  ],
  2,
);
const smallLogs = badgerStream(
  [
    { key: `entry:s:${time(1)}:${uuid(1)}`, value: entryValue({ a: "b" }) },
    { key: `entry:s:${time(2)}:${uuid(2)}`, value: entryValue({ c: "d" }), expiresAt: 5 },
    { key: "stream:config:s", value: '{"ttl":0,"size":0,"indexed_fields":[]}' },
    { key: "stream:field:s:a" },
  ],
  2,
);
const CODES = [
  "imported",
  "SNAPSHOT_CORRUPT",
  "SNAPSHOT_TRUNCATED",
  "SNAPSHOT_UNSUPPORTED",
  "SNAPSHOT_UNRECOGNIZED",
  "SNAPSHOT_WRONG_DATABASE",
];

describe("a BadgerDB stream", () => {
  it("is refused as truncated when it is cut at any byte within a frame", async () => {
    const ends = new Set<number>();
    for (let end = 0; end < small.length; ends.add(end)) {
      end += 8 + Number(small.readBigUInt64LE(end));
    }
    for (let cut = 0; cut < small.length; cut++) {
      const code = await importCode(small.subarray(0, cut), { expected: "auth" });
      expect(code, `cut at ${cut}`).toBe(ends.has(cut) ? "imported" : "SNAPSHOT_TRUNCATED");
    }
  });

  it("with any one byte changed ends in an error or a sound import", async () => {
    for (const bytes of [small, smallLogs]) {
      for (let i = 0; i < bytes.length; i += 3) {
        for (const change of [0x01, 0x80, 0xff]) {
          const changed = Buffer.from(bytes);
          changed[i] = (changed[i] as number) ^ change;
          expect(CODES).toContain(await importCode(changed));
        }
      }
    }
  });

  it("of any bytes at all ends in an error or a sound import", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.nat(small.length),
        async (noise, at) => {
          const mixed = Buffer.concat([small.subarray(0, at), noise, small.subarray(at)]);
          expect(CODES).toContain(await importCode(mixed));
          expect(CODES).toContain(await importCode(Buffer.from(noise)));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("with a length of 1 TB is refused without allocating it", async () => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(2n ** 40n);
    const before = process.memoryUsage().rss;
    const code = await importCode(Buffer.concat([length, Buffer.alloc(1000, 0x0a)]));
    expect(code).toBe("SNAPSHOT_CORRUPT");
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20);
  });

  it("that isn't FlowG's, or is empty, is refused", async () => {
    expect(await importCode(badgerStream([{ key: "dgraph.type" }]))).toBe("SNAPSHOT_UNRECOGNIZED");
    expect(await importCode(Buffer.alloc(8))).toBe("SNAPSHOT_UNRECOGNIZED");
    expect(await importCode(Buffer.alloc(0), { expected: "logs" })).toBe("SNAPSHOT_TRUNCATED");
  });

  it("with FlowG's mark only is an empty database of the kind that was asked for", async () => {
    const bytes = badgerStream([{ key: "__meta__\x1bmigration\x1bkey_separator" }]);
    const { database, records } = await importBytes(bytes, { expected: "logs" });
    expect({ database, records }).toEqual({ database: "logs", records: {} });
    expect(await importCode(bytes)).toBe("SNAPSHOT_UNRECOGNIZED");
  });

  it("with keys of two databases is refused: one was once restored into the other", async () => {
    const bytes = Buffer.concat([smallLogs, small]);
    await expect(importBytes(bytes)).rejects.toMatchObject({
      code: "SNAPSHOT_CORRUPT",
      message: expect.stringMatching(
        /keys of two databases: of logs, and "index:role:admin" of auth/,
      ),
    });
  });
});

describe("a config archive", () => {
  const format = "flowg-config-archive" as const;
  const files: [string, string][] = [
    ["pipelines/a.json", "{}"],
    ["transformers/t.vrl", ". = {}"],
  ];

  it("cut at any byte is refused", async () => {
    const bytes = await tarGz(files);
    for (let cut = 0; cut < bytes.length; cut++) {
      expect(await importCode(bytes.subarray(0, cut), { format })).toBe("SNAPSHOT_TRUNCATED");
    }
  });

  it("cut inside, in a whole gzip file, is refused too: its end marker is missing", async () => {
    const inside = await tar(files);
    for (let cut = 0; cut < inside.length; cut += 256) {
      const code = await importCode(gzipSync(inside.subarray(0, cut)), { format });
      expect(code, `cut at ${cut}`).toBe("SNAPSHOT_TRUNCATED");
    }
  });

  it("with any one byte changed gives the same items or an error", async () => {
    const bytes = await tarGz(files);
    const { records } = await importBytes(bytes, { format });
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      changed[i] = (changed[i] as number) ^ 0x11;
      const found = await importBytes(changed, { format }).catch((error) => error.code);
      // the gzip header's time and system are under no checksum
      if (typeof found === "object") expect(found.records).toEqual(records);
      else expect(CODES).toContain(found);
    }
  });

  it("with anything behind its end is refused", async () => {
    const bytes = await tarGz(files);
    const inside = await tar(files);
    for (const tail of ["xyz", "\0", "\0".repeat(600)]) {
      const longer = Buffer.concat([bytes, Buffer.from(tail)]);
      expect(await importCode(longer, { format })).toBe("SNAPSHOT_CORRUPT");
    }
    const twice = gzipSync(Buffer.concat([inside, inside]));
    expect(await importCode(twice, { format })).toBe("SNAPSHOT_CORRUPT");
    expect(await importCode(Buffer.concat([bytes, bytes]), { format })).toBe("SNAPSHOT_CORRUPT");
  });

  it("that is a bomb is refused, in little memory", async () => {
    const before = process.memoryUsage().rss;
    const zeros = Buffer.alloc(80 * 2 ** 20);
    const oneBig = gzipSync(await tar([["transformers/bomb.vrl", zeros]]));
    expect(await importCode(oneBig, { format })).toBe("SNAPSHOT_UNSUPPORTED");
    // many members, more than a gigabyte of zeros after the end marker
    const member = gzipSync(zeros);
    const endless = Buffer.concat([await tarGz(files), ...Array<Buffer>(13).fill(member)]);
    expect(await importCode(endless, { format })).toBe("SNAPSHOT_UNSUPPORTED");
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 2 ** 20);
  });

  it("that is a gzip file of something else is refused", async () => {
    expect(await importCode(gzipSync("hello"), { format })).toBe("SNAPSHOT_TRUNCATED");
    expect(await importCode(gzipSync("hello".repeat(200)), { format })).toBe(
      "SNAPSHOT_UNRECOGNIZED",
    );
  });

  it("whose tar headers are nonsense ends in an error or a sound import", async () => {
    const inside = await tar([...files, ["pipelines/ü.json", "{}"]]);
    await fc.assert(
      fc.asyncProperty(fc.nat(inside.length - 1), fc.nat(255), async (at, byte) => {
        const changed = Buffer.from(inside);
        changed[at] = byte;
        expect(CODES).toContain(await importCode(gzipSync(changed), { format }));
      }),
      { numRuns: 100 },
    );
  });
});

describe("importFlowg", () => {
  it("leaves no name in its scratch directory, also while it sorts there", async () => {
    await using dir = await temporaryDirectory();
    const path = join(dir.path, "log.db");
    await writeFile(path, smallLogs);
    const source = await localFile(path);
    const options = {
      source,
      format: "flowg-badger",
      scratchDir: dir.path,
      runBytes: 100,
    } as const;
    using found = await importFlowg(options);
    const files = await openFiles(dir.path);
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(file).toMatch(/ \(deleted\)$/);
    expect(await readdir(dir.path)).toEqual(["log.db"]);
    expect([...found.records()].filter(Boolean)).toHaveLength(3);
    found.close();
    found.close();
    expect(await openFiles(dir.path)).toEqual([]);
  });

  it("reports how far it is, and stops on a signal", async () => {
    await using dir = await temporaryDirectory();
    const path = join(dir.path, "log.db");
    const big = badgerStream(
      Array.from({ length: 3000 }, (_, n) => ({
        key: `entry:s:${time(n)}:${uuid(n)}`,
        value: entryValue({ a: "x".repeat(1000) }),
      })),
      100,
    );
    await writeFile(path, big);
    const source = await localFile(path);
    const options = { source, format: "flowg-badger", scratchDir: dir.path } as const;
    const seen: [number, number][] = [];
    using found = await importFlowg({
      ...options,
      onProgress: (bytes, total) => seen.push([bytes, total]),
    });
    expect(seen.at(-1)).toEqual([Math.floor(big.length / 2), big.length]);
    expect([...found.records()].filter(Boolean)).toHaveLength(3002);
    expect(found.counts.entry).toBe(3000);
    expect(seen.at(-1)).toEqual([big.length, big.length]);
    expect(seen.length).toBeGreaterThan(4);
    expect(seen).toEqual([...seen].sort(([a], [b]) => a - b));

    const stop = new AbortController();
    const stopped = importFlowg({
      ...options,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: "CANCELLED" });
    expect(await readdir(dir.path)).toEqual(["log.db"]);
  });

  it("says which file or directory it cannot use", async () => {
    await using dir = await temporaryDirectory();
    const path = join(dir.path, "log.db");
    const format = "flowg-badger";
    const importing = async (path: string, options: { scratchDir: string; runBytes?: number }) =>
      importFlowg({ source: await localFile(path), format, ...options });
    await expect(importing(path, { scratchDir: dir.path })).rejects.toMatchObject({
      code: "FILE_UNAVAILABLE",
      message: expect.stringContaining(path),
    });
    await expect(importing(dir.path, { scratchDir: dir.path })).rejects.toMatchObject({
      code: "FILE_UNAVAILABLE",
    });
    await writeFile(path, smallLogs);
    const scratchDir = join(dir.path, "missing");
    await expect(importing(path, { scratchDir, runBytes: 100 })).rejects.toMatchObject({
      code: "FILE_UNAVAILABLE",
      message: expect.stringContaining(scratchDir),
    });
  });
});

/** The files in a directory that this process has open. */
async function openFiles(dir: string): Promise<string[]> {
  const files = await readdir("/proc/self/fd");
  const targets = await Promise.all(
    files.map((fd) => readlink(join("/proc/self/fd", fd)).catch(() => "")),
  );
  return targets.filter((target) => target.startsWith(`${dir}/`));
}
