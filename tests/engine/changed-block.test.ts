// A restore whose file has been changed since it was verified says so, whatever the changed records lead to. It is never told as a
// fault of this program.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { lmdb } from "../../server/engine/lmdb.js";
import { BlockBuilder } from "../../server/formats/snapshot/badger.js";
import { newMark } from "../../server/operations/restore/in-turn.js";
import { encodeValue, entryKey, streamKey } from "../../server/records/records.js";

const home = await mkdtemp(join(tmpdir(), "flowg-changed-block-"));
afterAll(() => rm(home, { recursive: true, force: true }));

const UUID = "00000000-0000-4000-8000-000000000000";
const KEY = entryKey("s", 1, UUID);
const ENTRY = encodeValue({ timestamp: "2026-11-28T21:30:05Z", fields: { level: "error" } });
const STREAM = { ttl: 0, size: 0, indexed_fields: ["level"] };

/** Restores a block with one entry and its stream into a new database. @returns how many records the database has then */
async function restored(name: string, key: Buffer, value: Buffer): Promise<number> {
  const dir = join(home, name);
  const builder = new BlockBuilder();
  builder.add(key, value);
  builder.add(streamKey("s"), encodeValue(STREAM));
  await using restorer = lmdb.restorer();
  await restorer.apply({
    kind: "logs",
    dir,
    exists: false,
    mode: "merge",
    mark: newMark(["logs"], { isPart: false, notes: [] }),
    streams: new Map([["s", STREAM]]),
    feed: (give) => give(builder.finish()),
  });
  return await countIn(name);
}

async function countIn(name: string): Promise<number> {
  await using database = await lmdb.open({ kind: "logs", dir: join(home, name) }, { mode: "read" });
  return await database.read(({ records }) => [...records.keys({})].length);
}

describe("a block of a file that was verified", () => {
  it("is restored as long as it is what it was", async () => {
    expect(await restored("sound", KEY, ENTRY)).toBe(2);
  });

  it.each([
    ["an entry that isn't JSON", KEY, "{"],
    ["an entry that is null", KEY, "null"],
    ["an entry whose fields are null", KEY, '{"timestamp":"","fields":null}'],
  ])("may not become one with %s", async (what, key, value) => {
    await expect(restored(what, key, Buffer.from(value))).rejects.toMatchObject({
      code: "SNAPSHOT_CORRUPT",
      message: "the snapshot was changed after it was verified",
      hint: "let nothing write to it during a restore, and run it again",
    });
    expect(await countIn(what)).toBe(0);
  });
});
