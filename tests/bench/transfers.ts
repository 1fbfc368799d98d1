// Backups and restores online, by a client that does as little as a client can.

import { closeSync, createReadStream, fsyncSync, openSync, writeSync } from "node:fs";
import { stat } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { pipeline } from "node:stream/promises";
import { AUTHORIZATION } from "./server.js";

/** Into a file, flushed. Written as curl does, without handing each piece to another thread. */
export async function download(url: string, path: string): Promise<void> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { Authorization: AUTHORIZATION };
    request(`${url}/api/v1/backup/logs`, { headers }, resolve).on("error", reject).end();
  });
  if (answer.statusCode !== 200) throw new Error(`the backup was answered ${answer.statusCode}`);
  const file = openSync(path, "w");
  try {
    for await (const piece of answer) writeWhole(file, piece);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function writeWhole(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

export async function upload(url: string, path: string): Promise<void> {
  const head = Buffer.from(
    '--b\r\nContent-Disposition: form-data; name="backup"; filename="log.db"\r\n\r\n',
  );
  const tail = Buffer.from("\r\n--b--\r\n");
  const { size } = await stat(path);
  const headers = {
    Authorization: AUTHORIZATION,
    "Content-Type": "multipart/form-data; boundary=b",
    "Content-Length": head.length + size + tail.length,
  };
  const sending = request(`${url}/api/v1/restore/logs`, { method: "POST", headers });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sending.on("response", resolve).on("error", reject);
  });
  await pipeline(async function* () {
    yield head;
    yield* createReadStream(path, { highWaterMark: 256 * 1024 });
    yield tail;
  }, sending);
  const answer = await answered;
  let text = "";
  for await (const chunk of answer.setEncoding("utf8")) text += chunk;
  if (answer.statusCode !== 200) throw new Error(`the restore was answered ${text}`);
}
