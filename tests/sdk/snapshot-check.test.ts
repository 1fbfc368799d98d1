// The SDK's own reader against what the core's writer makes.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  SnapshotDamagedError,
  SnapshotError,
  SnapshotIncompleteError,
  WrongDatabaseError,
} from "../../sdk/index.js";
import { SnapshotCheck } from "../../sdk/node/snapshot-check.js";
import {
  AUTH_BLOCKS,
  fixedHeader,
  makeSnapshot,
  readBytes,
  SET_ID,
} from "../formats/snapshot/make-snapshot.js";

const snapshot = await makeSnapshot(AUTH_BLOCKS);

function check(bytes: Uint8Array, sizes: readonly number[] = [65_536], database?: "auth" | "logs") {
  const reader = new SnapshotCheck(database);
  for (let at = 0, turn = 0; at < bytes.byteLength; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    reader.push(bytes.subarray(at, at + size));
    at += size;
  }
  return reader.finish();
}

function errorOf(bytes: Uint8Array): unknown {
  try {
    check(bytes);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("a whole snapshot", () => {
  test("passes, and tells what the core's reader tells", async () => {
    const read = await readBytes(snapshot);
    expect(check(snapshot, [65_536], "auth")).toEqual({
      ...read.seal,
      bytes: read.bytes,
      fileSha256: read.fileSha256,
      database: "auth",
      createdAt: "2026-11-23T00:00:00.000Z",
      setId: SET_ID,
      header: read.rawHeader,
      seal: { ...read.seal },
    });
  });

  test("passes in pieces of any size", () => {
    const whole = check(snapshot);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (sizes) => {
        expect(check(snapshot, sizes)).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  });

  test("may be empty of records", async () => {
    const empty = await makeSnapshot([], fixedHeader("logs"));
    expect(check(empty)).toMatchObject({ database: "logs", entries: 0, blocks: 0 });
  });
});

describe("is refused", () => {
  test("cut at any byte, also between two blocks", () => {
    for (let length = 0; length < snapshot.byteLength; length++) {
      const error = errorOf(snapshot.subarray(0, length));
      expect(error).toBeInstanceOf(SnapshotIncompleteError);
      expect(error).toMatchObject({ code: "SNAPSHOT_TRUNCATED", offset: length });
    }
  });

  test("with any one byte changed", () => {
    for (let at = 0; at < snapshot.byteLength; at++) {
      for (const bit of [0x01, 0x80]) {
        const damaged = Buffer.from(snapshot);
        damaged[at] = (damaged[at] ?? 0) ^ bit;
        expect(errorOf(damaged), `byte ${at}`).toBeInstanceOf(SnapshotError);
      }
    }
  });

  test("with anything after its seal, another snapshot too", () => {
    for (const more of [Buffer.from([0]), snapshot]) {
      expect(errorOf(Buffer.concat([snapshot, more]))).toBeInstanceOf(SnapshotDamagedError);
    }
  });

  test("of another database, naming both", () => {
    expect(() => check(snapshot, [65_536], "logs")).toThrow(WrongDatabaseError);
    expect(() => check(snapshot, [65_536], "logs")).toThrow(/auth.*logs/);
  });

  test("of a later version", async () => {
    const header = { ...fixedHeader("auth"), version: 2 as 1 };
    expect(errorOf(await makeSnapshot(AUTH_BLOCKS, header))).toMatchObject({
      code: "SNAPSHOT_UNSUPPORTED",
    });
  });

  test.each(['{"success":true}', "<!doctype html><title>x</title>", "\x7fELF\x02\x01\x01\x00\x00"])(
    "bytes that aren't a snapshot: %j",
    (text) => {
      expect(errorOf(Buffer.from(text))).toMatchObject({ code: "SNAPSHOT_UNRECOGNIZED" });
    },
  );

  test("random bytes, without a crash or a wait for memory", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(errorOf(bytes)).toBeInstanceOf(SnapshotError);
        expect(errorOf(Buffer.concat([snapshot.subarray(0, 300), bytes]))).toBeInstanceOf(
          SnapshotError,
        );
      }),
    );
  });
});
