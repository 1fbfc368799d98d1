// Every way a snapshot can be damaged, and the answer to each: the right code, with the offset, and nothing given out
// after the damage.

import { execFileSync, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { encodeBlockPrefix } from "../../../server/formats/snapshot/block.js";
import { encodeHeader, encodeSeal } from "../../../server/formats/snapshot/header.js";
import { BLOCK_MAGIC, HEADER_MAGIC, SEAL_MAGIC } from "../../../server/formats/snapshot/layout.js";
import { recognizeFormat } from "../../../server/operations/restore/recognize.js";
import { FlowgError } from "../../../server/platform/errors.js";
import { roleKey, userKey } from "../../../server/records/records.js";
import { AUTH_BLOCKS, fixedHeader, LOG_BLOCKS, makeSnapshot, readBytes } from "./make-snapshot.js";

/** What a user gets for these bytes: recognition first, then reading. */
async function codeOf(bytes: Buffer): Promise<{ code: string; details: Record<string, unknown> }> {
  try {
    const format = recognizeFormat(bytes.subarray(0, 512), bytes.byteLength);
    if (format !== "snapshot") return { code: format, details: {} };
    await readBytes(bytes, { expected: "auth" });
    return { code: "sound", details: {} };
  } catch (error) {
    if (!(error instanceof FlowgError)) throw error;
    return { code: error.code, details: error.details };
  }
}

const frameStarts = (bytes: Buffer, magic: number): number[] => {
  const pattern = Buffer.alloc(4);
  pattern.writeUInt32LE(magic);
  const starts: number[] = [];
  for (let at = bytes.indexOf(pattern); at >= 0; at = bytes.indexOf(pattern, at + 1))
    starts.push(at);
  return starts;
};

/** The parts of a snapshot: header, each block with its prefix, seal. */
function partsOf(bytes: Buffer): { header: Buffer; blocks: Buffer[]; seal: Buffer } {
  const blockStarts = frameStarts(bytes, BLOCK_MAGIC);
  const sealStart = frameStarts(bytes, SEAL_MAGIC)[0] as number;
  const ends = [...blockStarts.slice(1), sealStart];
  return {
    header: bytes.subarray(0, blockStarts[0]),
    blocks: blockStarts.map((start, index) => bytes.subarray(start, ends[index])),
    seal: bytes.subarray(sealStart),
  };
}

describe("a snapshot that is whole", () => {
  it("reads back in chunks of any size, with its counts", async () => {
    const bytes = await makeSnapshot(AUTH_BLOCKS);
    for (const chunk of [1, 3, 7, 64, 4096]) {
      const given: string[] = [];
      const read = await readBytes(bytes, {
        chunk,
        expected: "auth",
        onBlock: (_raw, entries) => void given.push(String(entries)),
      });
      expect(read.seal).toMatchObject({ entries: 5, blocks: 3 });
      expect(read.bytes).toBe(bytes.byteLength);
      expect(given).toEqual(["2", "1", "2"]);
    }
  });

  it("of an empty database is a header and a seal, and sound", async () => {
    const read = await readBytes(await makeSnapshot([]), { expected: "auth" });
    expect(read.seal).toMatchObject({ entries: 0, blocks: 0, rawBytes: 0 });
  });

  it("is a zstd file whose content is a Badger stream, says the zstd tool", async (context) => {
    const zstd = spawnSync("zstd", ["--version"]);
    if (zstd.error && !process.env.CI) context.skip("no zstd on this machine");
    const directory = mkdtempSync(join(tmpdir(), "flowg-zstd-"));
    try {
      const path = join(directory, "auth.db");
      writeFileSync(path, await makeSnapshot(AUTH_BLOCKS));
      expect(spawnSync("zstd", ["-tq", path]).status).toBe(0);
      const content = execFileSync("zstd", ["-dcq", path]);
      let raw = Buffer.alloc(0);
      await readBytes(await makeSnapshot(AUTH_BLOCKS), {
        onBlock: (block) => {
          raw = Buffer.concat([raw, block]);
        },
      });
      expect(content.equals(raw)).toBe(true);
      // Badger's framing: u64 length, then a KVList whose first field is a KV
      expect(content.readBigUInt64LE(0)).toBeLessThan(BigInt(content.byteLength));
      expect(content[8]).toBe(0x0a);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe("a changed byte", () => {
  it("is SNAPSHOT_CORRUPT wherever it is and whatever it becomes", async () => {
    const bytes = await makeSnapshot(AUTH_BLOCKS);
    const wrong: string[] = [];
    for (let at = 0; at < bytes.byteLength; at++) {
      const was = bytes[at] as number;
      for (const now of new Set([was ^ 0x01, was ^ 0x80, 0x00, 0xff, (was + 1) & 0xff])) {
        if (now === was) continue;
        const changed = Buffer.from(bytes);
        changed[at] = now;
        const { code, details } = await codeOf(changed);
        const told = typeof details.offset === "number" && typeof details.block === "number";
        if (code !== "SNAPSHOT_CORRUPT" || !told) wrong.push(`${at}: ${was} -> ${now}: ${code}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("is found in a large block too, before the block is given out", async () => {
    const value = randomBytes(700_000);
    const sound = await makeSnapshot([
      [{ key: roleKey("a"), value }],
      [{ key: userKey("b"), value: randomBytes(500_000) }],
    ]);
    const second = frameStarts(sound, BLOCK_MAGIC)[1] as number;
    const changed = Buffer.from(sound);
    const at = second + 200_000;
    changed[at] = (changed[at] as number) ^ 0x10;
    let given = 0;
    const reading = readBytes(changed, { onBlock: () => void given++ });
    await expect(reading).rejects.toMatchObject({
      code: "SNAPSHOT_CORRUPT",
      details: { offset: second, block: 2 },
    });
    expect(given).toBe(1);
  });
});

describe("a snapshot that is cut", () => {
  it("is SNAPSHOT_TRUNCATED at every length, with the offset", async () => {
    const bytes = await makeSnapshot(AUTH_BLOCKS);
    const wrong: string[] = [];
    for (let length = 0; length < bytes.byteLength; length++) {
      const { code, details } = await codeOf(bytes.subarray(0, length));
      if (code !== "SNAPSHOT_TRUNCATED" || details.offset !== length) {
        wrong.push(`${length}: ${code} at ${details.offset}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe("blocks that were moved", () => {
  it.each([
    ["swapped", (b: Buffer[]) => [b[1], b[0], b[2]]],
    ["repeated", (b: Buffer[]) => [b[0], b[0], b[1], b[2]]],
    ["dropped first", (b: Buffer[]) => [b[1], b[2]]],
    ["dropped in the middle", (b: Buffer[]) => [b[0], b[2]]],
    ["dropped last", (b: Buffer[]) => [b[0], b[1]]],
  ])("%s: SNAPSHOT_CORRUPT", async (_name, order) => {
    const { header, blocks, seal } = partsOf(await makeSnapshot(AUTH_BLOCKS));
    const moved = Buffer.concat([header, ...(order(blocks) as Buffer[]), seal]);
    expect((await codeOf(moved)).code).toBe("SNAPSHOT_CORRUPT");
  });

  it("out of order is found even where the seal was made to fit", async () => {
    const [first, , third] = AUTH_BLOCKS as [never, never, never];
    const bytes = await makeSnapshot([third, first]);
    expect((await codeOf(bytes)).code).toBe("SNAPSHOT_CORRUPT");
  });

  it("with bytes after the seal: SNAPSHOT_CORRUPT, at the end of the seal", async () => {
    const bytes = await makeSnapshot(AUTH_BLOCKS);
    for (const more of [Buffer.from([0]), Buffer.from("\n"), bytes]) {
      const { code, details } = await codeOf(Buffer.concat([bytes, more]));
      expect(code).toBe("SNAPSHOT_CORRUPT");
      expect(details.offset).toBe(bytes.byteLength);
    }
  });
});

describe("a snapshot that is not what is wanted", () => {
  it("of another database names both", async () => {
    const reading = readBytes(await makeSnapshot(LOG_BLOCKS, fixedHeader("logs")), {
      expected: "auth",
    });
    await expect(reading).rejects.toMatchObject({
      code: "SNAPSHOT_WRONG_DATABASE",
      message: expect.stringMatching(/logs.*auth/),
    });
  });

  it.each([
    ["version", { version: 2 }, /version 2/],
    ["database", { database: "metrics" }, /"metrics"/],
    ["incremental kind", { since: 1_700_000 }, /incremental/],
  ])("from a later %s is SNAPSHOT_UNSUPPORTED, by name", async (_what, change, message) => {
    const header = { ...fixedHeader("auth"), ...change } as never;
    await expect(readBytes(await makeSnapshot(AUTH_BLOCKS, header))).rejects.toMatchObject({
      code: "SNAPSHOT_UNSUPPORTED",
      message: expect.stringMatching(message),
    });
  });

  it("with an unknown kind of record is SNAPSHOT_UNSUPPORTED, by name", async () => {
    const key = Buffer.from("gadget\x1bx");
    const reading = readBytes(await makeSnapshot([[{ key, value: Buffer.from("{}") }]]));
    await expect(reading).rejects.toMatchObject({
      code: "SNAPSHOT_UNSUPPORTED",
      message: expect.stringContaining('"gadget"'),
    });
  });

  it("ignores header keys that it doesn't know, and shows them", async () => {
    const header = { ...fixedHeader("auth"), note: "from the future" };
    const read = await readBytes(await makeSnapshot(AUTH_BLOCKS, header));
    expect(read.rawHeader).toMatchObject({ note: "from the future", database: "auth" });
  });
});

describe("bytes that try to hurt", () => {
  /** A file with a right header, one forged block and a right seal. */
  function forge(
    prefix: { compressed: number; raw: number; crc?: number; entries: number },
    frame: Buffer,
  ) {
    const head = encodeBlockPrefix(frame, prefix.raw, prefix.entries);
    head.writeUInt32LE(prefix.compressed, 8);
    if (prefix.crc !== undefined) head.writeUInt32LE(prefix.crc, 16);
    const before = Buffer.concat([encodeHeader(fixedHeader("auth")), head, frame]);
    const sha256 = createHash("sha256").update(before).digest("hex");
    const seal = encodeSeal({ entries: prefix.entries, blocks: 1, rawBytes: prefix.raw, sha256 });
    return Buffer.concat([before, seal]);
  }

  it("is refused by arithmetic when a block claims gigabytes", async () => {
    const frame = Buffer.from("28b52ffd20000100000a", "hex");
    for (const [compressed, raw] of [
      [10, 0xffffffff],
      [10, 65 * 1024 * 1024],
      [0xfffffff0, 1024],
      [2 * 1024 * 1024, 1024 * 1024],
    ] as const) {
      const before = process.memoryUsage().rss;
      const { code } = await codeOf(forge({ compressed, raw, entries: 1 }, frame));
      expect(code).toBe("SNAPSHOT_CORRUPT");
      expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
    }
  });

  it("is refused when a zstd frame declares another size than its prefix (a bomb)", async () => {
    const sound = partsOf(
      await makeSnapshot([[{ key: roleKey("a"), value: Buffer.alloc(900_000) }]]),
    );
    const frame = (sound.blocks[0] as Buffer).subarray(24);
    const bytes = forge({ compressed: frame.byteLength, raw: 100, entries: 1 }, frame);
    expect((await codeOf(bytes)).code).toBe("SNAPSHOT_CORRUPT");
  });

  it("is refused when a header claims more than 64 KiB", async () => {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(HEADER_MAGIC, 0);
    head.writeUInt32LE(0xffffffff, 4);
    const bytes = Buffer.concat([head, randomBytes(1000)]);
    expect((await codeOf(bytes)).code).toBe("SNAPSHOT_CORRUPT");
  });
});

describe("files that are no snapshots", () => {
  it.each([
    ["JSON", Buffer.from('{"success":false,"code":"UNAUTHENTICATED","message":"no token"}')],
    [
      "HTML",
      Buffer.from("<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head></html>"),
    ],
    ["text", Buffer.from("auth.db")],
    ["an ELF", Buffer.concat([Buffer.from("7f454c460201010000000000", "hex"), randomBytes(200)])],
    ["zstd", Buffer.from("28b52ffd20000100000a28b52ffd20000100000a", "hex")],
  ])("%s: SNAPSHOT_UNRECOGNIZED, saying what it looks like", (what, bytes) => {
    const call = () => recognizeFormat(bytes, bytes.byteLength);
    expect(call).toThrowError(expect.objectContaining({ code: "SNAPSHOT_UNRECOGNIZED" }));
    expect(call).toThrowError(new RegExp(what));
  });

  it("an empty file is SNAPSHOT_TRUNCATED", async () => {
    expect(await codeOf(Buffer.alloc(0))).toMatchObject({ code: "SNAPSHOT_TRUNCATED" });
  });

  it("a length prefix of 1 TB is refused at once, with little memory", () => {
    const bytes = Buffer.alloc(512);
    bytes.writeBigUInt64LE(1_099_511_627_776n, 0);
    bytes[8] = 0x0a;
    expect(() => recognizeFormat(bytes, 512)).toThrowError(
      expect.objectContaining({ code: "SNAPSHOT_UNRECOGNIZED" }),
    );
  });
});
