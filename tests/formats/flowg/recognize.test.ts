import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  describeBytes,
  looksLikeBadgerStream,
  looksLikeConfigArchive,
} from "../../../server/formats/flowg/recognize.js";
import {
  badgerStream,
  blob,
  entryValue,
  frame,
  kvMessage,
  tar,
  tarGz,
  time,
  uuid,
} from "./encode.js";

const FIXTURES = join(import.meta.dirname, "../../fixtures/flowg-0.24.1");
const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");

describe("looksLikeBadgerStream", () => {
  it("knows genuine streams, whole and from their first bytes", async () => {
    for (const name of ["auth.db", "log.db"]) {
      const bytes = await readFile(join(FIXTURES, name));
      for (const length of [16, 24, 64, 512, bytes.length]) {
        expect(looksLikeBadgerStream(bytes.subarray(0, length), bytes.length)).toBe(true);
      }
    }
    const config = await readFile(join(FIXTURES, "config.db"));
    expect(looksLikeBadgerStream(config, config.length)).toBe(false);
  });

  it("knows a FlowG backup that was cut inside its first frame, so that it is called cut", () => {
    const whole = badgerStream([{ key: "user:root:password", value: "x".repeat(500) }]);
    expect(looksLikeBadgerStream(whole.subarray(0, 200), 200)).toBe(true);
    const foreign = badgerStream([{ key: "whatever", value: "x".repeat(500) }]);
    expect(looksLikeBadgerStream(foreign, foreign.length)).toBe(true);
    expect(looksLikeBadgerStream(foreign.subarray(0, 200), 200)).toBe(false);
  });

  it("takes a frame of 559,903 bytes for one, though it begins like a gzip file", () => {
    const key = `entry:s:${time(1)}:${uuid(1)}`;
    let size = 559_903;
    let bytes: Buffer = Buffer.alloc(0);
    while (bytes.length !== 559_903 + 8) {
      const value = entryValue({ x: "y".repeat(size) });
      bytes = frame(blob(1, kvMessage({ key, value })));
      size -= bytes.length - 559_911;
    }
    expect([...bytes.subarray(0, 3)]).toEqual([0x1f, 0x8b, 0x08]);
    expect(looksLikeBadgerStream(bytes, bytes.length)).toBe(true);
    expect(looksLikeConfigArchive(bytes)).toBe(false);
  });

  it.each([
    ["nothing", Buffer.alloc(0)],
    ["zeros", Buffer.alloc(64)],
    [
      "an absurd length",
      Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 1, 0, 0]), latin1("\x0a\x05\x0a\x03abc")]),
    ],
    ["another tag", latin1("\x10\0\0\0\0\0\0\0\x12\x05\x0a\x03abc")],
    ["a KV that is longer than its frame", latin1("\x10\0\0\0\0\0\0\0\x0a\x55\x0a\x03abc")],
    ["a key that is longer than its KV", latin1("\x10\0\0\0\0\0\0\0\x0a\x05\x0a\x33abc")],
    ["no field of a KV", latin1("\x10\0\0\0\0\0\0\0\x0a\x05\x4a\x03abc")],
    ["JSON", latin1('{"success":true,"token":"pat_x"}')],
    ["an error message", latin1('{"status":"INTERNAL","error":"internal: oops"}')],
  ])("is not taken in by %s", (_, bytes) => {
    expect(looksLikeBadgerStream(bytes, 1_000_000)).toBe(false);
    expect(looksLikeBadgerStream(bytes)).toBe(false);
  });
});

describe("looksLikeConfigArchive", () => {
  it("knows FlowG's and anybody's tar.gz", async () => {
    expect(looksLikeConfigArchive(await readFile(join(FIXTURES, "config.db")))).toBe(true);
    expect(looksLikeConfigArchive(await tarGz([["pipelines/a.json", "{}"]]))).toBe(true);
    expect(looksLikeConfigArchive(Buffer.from("\x1f\x8b"))).toBe(false);
    expect(looksLikeConfigArchive(Buffer.alloc(0))).toBe(false);
  });
});

describe("describeBytes", () => {
  it.each([
    ["an empty file", ""],
    ["a FlowG error message in place of a backup", '{"status":"INTERNAL","error":"internal: x"}'],
    ["JSON text", '\n {"name": "x"}'],
    ["JSON text", "[1,2,3]"],
    ["JSON text", "{}"],
    ["HTML", "\xef\xbb\xbf<!DOCTYPE html><html></html>"],
    ["HTML", "  <html lang='en'>"],
    ["XML", "<?xml version='1.0'?>"],
    ["an ELF program", "\x7fELF\x02\x01\x01"],
    ["a Windows program", "MZ\x90\0"],
    ["a zip archive", "PK\x03\x04\x14"],
    ["an SQLite database", "SQLite format 3\0\x10"],
    ["a PNG image", "\x89PNG\r\n\x1a\n"],
    ["a JPEG image", "\xff\xd8\xff\xe0"],
    ["a PDF document", "%PDF-1.7"],
    ["a bzip2 file", "BZh91AY"],
    ["an xz file", "\xfd7zXZ\0"],
    ["a zstd file", "\x28\xb5\x2f\xfd\x04"],
    ["text", "backup=auth.db"],
    ["text", "pat_V09WCO7aXVvNAVFlGeeqzb8v16VNOCuQ\n"],
    ["text", "[section]\nkey=value"],
    ["text", "caf\xc3\xa9 cut inside a character \xc3"],
    ["binary data", "\0\x01\x02\x03"],
    ["binary data", "\xff\xfe\xfd latin"],
  ])("calls it %s", (what, text) => {
    expect(describeBytes(latin1(text))).toBe(what);
  });

  it("knows the files that programs made", async () => {
    expect(describeBytes(gzipSync("hello"))).toBe("a gzip file");
    expect(describeBytes((await tar([["a/b", "c"]])).subarray(0, 512))).toBe("a tar archive");
    const lmdb = Buffer.alloc(512);
    lmdb.writeUInt32LE(0xbeefc0de, 24);
    expect(describeBytes(lmdb)).toBe("an LMDB data file");
  });
});
