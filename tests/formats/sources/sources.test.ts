// Bytes that can be read again, from where they may come: a file, an upload, another thread.

import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { borrowed, Lending } from "../../../server/formats/sources/lending.js";
import { localFile } from "../../../server/formats/sources/local-file.js";
import { firstBytes, type Source } from "../../../server/formats/sources/source.js";
import { upload } from "../../../server/formats/sources/upload.js";
import { verifySource } from "../../../server/operations/restore/verified-source.js";
import { FlowgError } from "../../../server/platform/errors.js";
import { encodeValue, roleKey } from "../../../server/records/records.js";
import { temporaryDirectory } from "../flowg/encode.js";
import { makeSnapshot } from "../snapshot/make-snapshot.js";

const MIB = 1024 * 1024;

async function digest(source: Source): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of source.open()) hash.update(chunk);
  return hash.digest("hex");
}

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

function inMemory(bytes: Uint8Array, chunkBytes: number): Source {
  return {
    name: "memory",
    size: bytes.byteLength,
    async *open() {
      // views of one memory, which no chunk owns as a whole
      for (let at = 0; at < bytes.byteLength; at += chunkBytes)
        yield bytes.subarray(at, at + chunkBytes);
    },
  };
}

describe("a source", () => {
  it("of a file gives its bytes each time it is opened, and its beginning", async () => {
    await using dir = await temporaryDirectory();
    const path = join(dir.path, "auth.db");
    const bytes = randomBytes(3 * MIB + 17);
    await writeFile(path, bytes);
    const source = await localFile(path);
    expect(source).toMatchObject({ name: path, size: bytes.byteLength });
    expect(await digest(source)).toBe(sha256(bytes));
    expect(await digest(source)).toBe(sha256(bytes));
    expect(await firstBytes(source, 100)).toEqual(bytes.subarray(0, 100));
    const all = await firstBytes(source, bytes.byteLength + 1);
    expect(all.equals(bytes)).toBe(true);
  });

  it("says what can't be one", async () => {
    await using dir = await temporaryDirectory();
    const missing = join(dir.path, "missing");
    await expect(localFile(missing)).rejects.toMatchObject({
      code: "FILE_UNAVAILABLE",
      message: expect.stringContaining(missing),
    });
    const folder = join(dir.path, "folder");
    await mkdir(folder);
    await expect(firstBytes(await localFile(folder), 1)).rejects.toMatchObject({
      code: "FILE_UNAVAILABLE",
      message: expect.stringContaining("it is a directory"),
    });
    const pipe = join(dir.path, "pipe");
    execFileSync("mkfifo", [pipe]);
    await expect(localFile(pipe)).rejects.toMatchObject({
      code: "FILE_UNAVAILABLE",
      message: expect.stringContaining("it is not a regular file"),
    });
  });

  it("of an upload tells nobody where it lies", async () => {
    await using dir = await temporaryDirectory();
    const path = join(dir.path, "spooled");
    await writeFile(path, "abc");
    const explained = () => new FlowgError("FILE_UNAVAILABLE", "no file can be used");
    const source = upload({ path, size: 3, explained });
    expect(source).toMatchObject({ name: "the upload", size: 3 });
    expect(await firstBytes(source, 10)).toEqual(Buffer.from("abc"));
    await rm(path);
    await expect(firstBytes(source, 10)).rejects.toThrow(/^no file can be used$/);
  });
});

describe("a source that is lent", () => {
  it("is the same where it is borrowed, however often and in what pieces it is read", async () => {
    const bytes = randomBytes(2 * MIB + 5);
    const before = Buffer.from(bytes);
    using lending = new Lending(inMemory(bytes, 100_003));
    const source = borrowed(lending.lent);
    expect(source).toMatchObject({ name: "memory", size: bytes.byteLength });
    expect(await Promise.all([digest(source), digest(source)])).toEqual([
      sha256(before),
      sha256(before),
    ]);
    expect(await firstBytes(source, 10)).toEqual(before.subarray(0, 10));
    expect(bytes.equals(before)).toBe(true);
  });

  it("fails where it is borrowed as it failed here", async () => {
    using lending = new Lending({
      name: "broken",
      size: 2,
      async *open() {
        yield Uint8Array.of(1);
        throw new FlowgError("FILE_UNAVAILABLE", "the disk is gone", { hint: "look" });
      },
    });
    await expect(digest(borrowed(lending.lent))).rejects.toMatchObject({
      code: "FILE_UNAVAILABLE",
      message: "the disk is gone",
      hint: "look",
    });
  });

  it("lets go of a reader that waits for bytes that don't come", async () => {
    const lending = new Lending({
      name: "slow",
      size: 1,
      async *open() {
        await setTimeout(60_000, undefined, { ref: false });
        yield Uint8Array.of(1);
      },
    });
    const reading = digest(borrowed(lending.lent));
    reading.catch(() => undefined);
    await new Promise(setImmediate);
    lending[Symbol.dispose]();
    await expect(reading).rejects.toMatchObject({ code: "CANCELLED" });
  });
});

it("of auth is read once for its format and once for all that a restore wants to know", async () => {
  await using dir = await temporaryDirectory();
  const pairs = ["a", "b"].map((name) => ({
    key: roleKey(name),
    value: encodeValue({ scopes: [] }),
  }));
  const bytes = await makeSnapshot([pairs]);
  let opened = 0;
  const source: Source = {
    name: "auth",
    size: bytes.byteLength,
    open() {
      opened++;
      return inMemory(bytes, 1000).open();
    },
  };
  const options = { expected: "auth", keepAuth: true, scratchDir: dir.path } as const;
  await using verified = await verifySource(source, options);
  expect([...(verified.auth ?? [])].map(([key, value]) => [key, value.toString()])).toEqual(
    pairs.map(({ key, value }) => [key.toString("latin1"), value.toString()]),
  );
  expect(opened).toBe(2);
  expect(verified.report).toMatchObject({ path: "auth", bytes: bytes.byteLength });
});
