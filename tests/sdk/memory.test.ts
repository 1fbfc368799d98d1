// Transfers stay small in memory whatever their size: measured in a process of its own, against a server in this one.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { fakeServer, sendJson } from "./fake-server.js";

const MIB = 1024 * 1024;
const SIZE_MIB = 384;
const LIMIT_MIB = 160;

function frame(magic: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(magic, 0);
  head.writeUInt32LE(payload.byteLength, 4);
  return Buffer.concat([head, payload]);
}

/** A sealed snapshot, made while it is sent; its blocks hold no real zstd, which the SDK does not open. */
function* snapshot(): Generator<Uint8Array> {
  const hash = createHash("sha256");
  const header = {
    format: "flowg-snapshot",
    version: 1,
    database: "logs",
    createdAt: "",
    setId: "",
  };
  const begin = frame(0x184d2a50, Buffer.from(JSON.stringify(header)));
  hash.update(begin);
  yield begin;
  const block = Buffer.alloc(MIB, 7);
  block.writeUInt32LE(0xfd2fb528);
  const prefix = Buffer.alloc(16);
  for (const [index, number] of [MIB, MIB, crc32(block), 1].entries()) {
    prefix.writeUInt32LE(number, index * 4);
  }
  for (let i = 0; i < SIZE_MIB; i++) {
    const piece = Buffer.concat([frame(0x184d2a51, prefix), block]);
    hash.update(piece);
    yield piece;
  }
  const seal = {
    entries: SIZE_MIB,
    blocks: SIZE_MIB,
    rawBytes: SIZE_MIB * MIB,
    sha256: hash.digest("hex"),
  };
  yield frame(0x184d2a52, Buffer.from(JSON.stringify(seal)));
}

const SCRIPT = `
import { readFileSync, openAsBlob, createReadStream } from "node:fs";
import { createClient } from ${JSON.stringify(fileURLToPath(new URL("../../dist/sdk/index.js", import.meta.url)))};
const [, url, path] = process.argv;
const anonymous = () => Number(/RssAnon:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
let peak = 0;
setInterval(() => { peak = Math.max(peak, anonymous()); }, 10).unref();
const client = createClient({ baseUrl: url, token: "pat_x" });
await client.backup.toFile("logs", path);
await client.restore.logs(path);
await client.restore.logs(await openAsBlob(path));
await client.restore.logs(createReadStream(path));
console.log(peak);
`;

test.runIf(process.platform === "linux")("transfers of any size need little memory", async () => {
  const dir = await mkdtemp(join(tmpdir(), "flowg-memory-"));
  const received: number[] = [];
  await using server = await fakeServer(async (request, response) => {
    if (request.method === "POST") {
      response.writeContinue();
      let bytes = 0;
      for await (const chunk of request) bytes += chunk.length;
      received.push(bytes);
      sendJson(response, 200, { success: true, report: {} });
      return;
    }
    response.writeHead(200, { "Content-Type": "application/octet-stream" });
    for (const chunk of snapshot()) {
      if (!response.write(chunk)) await new Promise((resolve) => response.once("drain", resolve));
    }
    response.end();
  }, false);
  try {
    const words = ["--input-type=module", "--eval", SCRIPT, server.url, join(dir, "log.db")];
    const { stdout } = await promisify(execFile)(process.execPath, words);
    expect(received).toHaveLength(3);
    for (const bytes of received) expect(bytes).toBeGreaterThan(SIZE_MIB * MIB);
    expect(Number(stdout)).toBeLessThan(LIMIT_MIB);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
