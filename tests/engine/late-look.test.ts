// A late look at a file that isn't what LMDB writes: it fails, and leaves nothing open.

import { closeSync, openSync, readdirSync, readSync, writeSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import { holdKnownStates } from "../../server/engine/lmdb/walk/late-look.js";

const META_BYTES = 2 * 4096;

it.runIf(process.platform === "linux")("closes all files where one fails", async () => {
  const home = await mkdtemp(join(tmpdir(), "flowg-late-look-"));
  try {
    const place = (kind: "auth" | "config") => ({ kind, dir: join(home, kind) });
    await using auth = await openDatabase({ ...place("auth"), mode: "create" });
    await using config = await openDatabase({ ...place("config"), mode: "create" });
    const file = openSync(join(home, "config", "data.mdb"), "r+");
    const metas = Buffer.alloc(META_BYTES);
    readSync(file, metas, 0, META_BYTES, 0);
    const openFiles = () => readdirSync("/proc/self/fd").length;
    const before = openFiles();
    const databases = new Map([["auth", auth] as const, ["config", config] as const]);
    try {
      writeSync(file, Buffer.alloc(META_BYTES), 0, META_BYTES, 0);
      expect(() => holdKnownStates(databases)).toThrow(/not what LMDB writes there/);
    } finally {
      writeSync(file, metas, 0, META_BYTES, 0);
    }
    expect(openFiles()).toBe(before);
    closeSync(file);
    const { held, looks } = holdKnownStates(databases);
    for (const look of looks.values()) look.close();
    for (const transaction of held.values()) transaction.done();
    expect(openFiles()).toBe(before - 1);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
