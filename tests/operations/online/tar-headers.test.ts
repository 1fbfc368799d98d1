// Headers of a tar that would hold the server up are refused before the reader sees them.

import { pack } from "tar-stream";
import { expect, test } from "vitest";
import { soundHeaders } from "../../../server/operations/online/tar-headers.js";

async function tarOf(members: readonly { name: string; bytes: number }[]): Promise<Buffer> {
  const tar = pack();
  for (const { name, bytes } of members) tar.entry({ name }, Buffer.alloc(bytes, 7));
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

function header(type: string, size: number): Buffer {
  const block = Buffer.alloc(512);
  block.write("x", 0);
  block.write(`${size.toString(8).padStart(11, "0")} `, 124);
  block.write(type, 156);
  block.write("ustar", 257);
  return block;
}

function oddSize(field: string): Buffer {
  const block = header("0", 0);
  block.write(field, 124, "latin1");
  return block;
}

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function passed(bytes: Buffer, size: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of soundHeaders(inChunks(bytes, size))) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test.each([1, 100, 512, 513, 100_000])(
  "a backup passes as it is, in chunks of %i",
  async (size) => {
    const tar = await tarOf([
      { name: "auth.db", bytes: 1_000 },
      { name: "config.db", bytes: 0 },
      { name: `${"long/".repeat(60)}log.db`, bytes: 70_000 },
    ]);
    expect((await passed(tar, size)).equals(tar)).toBe(true);
  },
);

test.each([
  ["a global header", header("g", 10), /global header/],
  ["an extended header of megabytes", header("x", 1_000_000), /header of 1000000 bytes/],
  ["a name of megabytes", header("L", 1_000_000), /header of 1000000 bytes/],
  [
    "a global header behind a directory that has a size",
    Buffer.concat([header("5", 512), header("g", 10)]),
    /global header/,
  ],
  [
    "a size in two ways",
    Buffer.concat([header("x", 512), Buffer.alloc(512, "11 size=10\n")]),
    /two sizes/,
  ],
  ["a size that begins with zero bytes", oddSize("\0\x0000000001000"), /isn't a number/],
  ["a negative size", oddSize("\xff".repeat(12)), /isn't a number/],
  ["very many headers", Buffer.concat(Array.from({ length: 1_001 }, () => header("0", 0))), /1000/],
])("%s is refused", async (_, bytes, words) => {
  for (const size of [7, 512, 4_096]) {
    await expect(passed(bytes, size)).rejects.toMatchObject({
      code: "SNAPSHOT_UNRECOGNIZED",
      message: expect.stringMatching(words),
    });
  }
});
