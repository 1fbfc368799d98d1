// A backup that was compressed once more is named as that: nobody should throw a sound backup away.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { RECOGNIZE_BYTES, recognizeFormat } from "../../../server/operations/restore/recognize.js";
import { tar } from "../flowg/encode.js";
import { AUTH_BLOCKS, makeSnapshot } from "./make-snapshot.js";

const FIXTURES = join(import.meta.dirname, "../../fixtures/flowg-0.24.1");

function answerTo(bytes: Buffer): { code: string; message: string; hint: string } | string {
  try {
    return recognizeFormat(bytes.subarray(0, RECOGNIZE_BYTES), bytes.byteLength);
  } catch (error) {
    return error as { code: string; message: string; hint: string };
  }
}

describe("what gzip was put around", () => {
  it.each<[string, () => Promise<Buffer>]>([
    ["a snapshot", () => makeSnapshot(AUTH_BLOCKS)],
    ["a FlowG backup", () => readFile(join(FIXTURES, "log.db"))],
    ["a FlowG backup", () => readFile(join(FIXTURES, "auth.db"))],
    ["a tar of backups", async () => tar([["auth.db", await makeSnapshot(AUTH_BLOCKS)]])],
  ])("%s is named", async (what, make) => {
    for (const level of [0, 1, 6, 9]) {
      expect(answerTo(gzipSync(await make(), { level }))).toMatchObject({
        code: "SNAPSHOT_UNRECOGNIZED",
        message: `this is not a snapshot: it looks like ${what}, compressed once more by gzip`,
        hint: "if a backup was compressed once more, decompress it first: gunzip",
      });
    }
  });

  it("FlowG's own archive of the configuration is what it was", async () => {
    expect(answerTo(await readFile(join(FIXTURES, "config.db")))).toBe("flowg-config-archive");
    expect(answerTo(gzipSync(await tar([["pipelines/auth.db", "{}"]])))).toBe(
      "flowg-config-archive",
    );
  });
});

it.each([
  ["fd377a585a000004e6d6b446", "an xz file", "xz -d"],
  ["425a683931415926", "a bzip2 file", "bunzip2"],
  ["504b030414000000", "a zip archive", "unzip"],
  ["04224d1864404000", "an lz4 file", "lz4 -d"],
  ["28b52ffd04588400", "a zstd file without a snapshot header", "zstd -d"],
])("%s is %s, and `%s` is the way on", (hex, what, tool) => {
  const bytes = Buffer.concat([Buffer.from(hex, "hex"), Buffer.alloc(100, 0x81)]);
  expect(answerTo(bytes)).toMatchObject({
    message: `this is not a snapshot: it looks like ${what}`,
    hint: `if a backup was compressed once more, decompress it first: ${tool}`,
  });
});
