import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { lmdb } from "../../../server/engine/lmdb.js";
import { openBackupSet } from "../../../server/operations/online/backup-set.js";
import { spoolDirectory } from "../../../server/operations/spool.js";
import { DATABASE_KINDS } from "../../../server/records/kinds.js";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-backup-set-"));
  for (const { kind, dir } of databases()) {
    await using _ = await openDatabase({ kind, dir, mode: "create" });
  }
});
afterEach(() => rm(home, { recursive: true, force: true }));

const databases = () => DATABASE_KINDS.map((kind) => ({ kind, dir: join(home, kind) }));

async function begin() {
  const leaving = new AbortController();
  const held = new Set<string>();
  const { stream } = await openBackupSet(databases(), {
    engine: lmdb,
    signal: leaving.signal,
    onReader: (kind) => {
      held.add(kind);
      return () => held.delete(kind);
    },
  });
  return { leaving, held, stream };
}

test("a fault that comes at the moment its client leaves is told as the fault it is", async () => {
  // no spool file can be made for the first
  await writeFile(spoolDirectory(databases()[0]?.dir as string), "");
  const { leaving, held, stream } = await begin();
  leaving.abort();
  await expect(stream.next()).rejects.toMatchObject({ code: "FILE_UNAVAILABLE" });
  expect(held).toEqual(new Set());
});

test("one whose client leaves is cancelled, and leaves nothing", async () => {
  const { leaving, held, stream } = await begin();
  leaving.abort();
  await expect(stream.next()).rejects.toMatchObject({ code: "CANCELLED" });
  expect(held).toEqual(new Set());
  for (const { dir } of databases()) {
    expect(await readdir(spoolDirectory(dir)).catch(() => [])).toEqual([]);
  }
});
