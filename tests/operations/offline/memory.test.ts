// The memory of an offline restore: a small file that expands to gigabytes. Real runs of the built CLI.

import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { DatabaseKind } from "../../../server/records/kinds.js";
import { encodeValue, entryKey, streamKey, userKey } from "../../../server/records/records.js";
import { flowg } from "../../cli/flowg.js";
import { fixedHeader, makeSnapshot, type Pair } from "../../formats/snapshot/make-snapshot.js";
import { workspace } from "./contents.js";

const UUID = "0b2e4c1e-6a67-4ad1-8ad5-9c8a1d2e3f40";
const LARGE = "x".repeat(58_000_000);
const entry = encodeValue({ timestamp: "2026-11-23T00:00:00Z", fields: { text: LARGE } });
const user = encodeValue({ passwordHash: LARGE, roles: [] });
const stream = encodeValue({ ttl: 0, size: 0, indexed_fields: [LARGE] });
const small = encodeValue({ ttl: 0, size: 0, indexed_fields: [] });

const space = await workspace();
afterAll(() => space[Symbol.asyncDispose]());

async function backupOf(kind: DatabaseKind, blocks: Iterable<Pair[]>): Promise<string> {
  const directory = join(space.path, `backup-${(await readdir(space.path)).length}`);
  await mkdir(directory);
  const name = kind === "logs" ? "log" : kind;
  await writeFile(join(directory, `${name}.db`), await makeSnapshot(blocks, fixedHeader(kind)));
  return directory;
}

/** A restore of the databases that the backup has. */
async function restore(directory: string, kind: DatabaseKind, ...more: string[]) {
  const { auth, config, logs } = space.dirs(directory.slice(-9));
  const dirs = ["--auth-dir", auth, "--config-dir", config, "--log-dir", logs];
  const words = ["admin", "restore", directory, "--only", kind, "--json", ...dirs, ...more];
  return { ...(await flowg(words)), dir: { auth, config, logs }[kind] };
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const CASES = [
  {
    kind: "logs",
    what: "entries",
    blocks: () => numbers(8).map((n) => [{ key: entryKey("s", n, UUID), value: entry }]),
  },
  {
    kind: "logs",
    what: "streams",
    blocks: () => numbers(8).map((n) => [{ key: streamKey(`s${n}`), value: stream }]),
  },
  {
    kind: "auth",
    what: "users",
    blocks: () => numbers(8).map((n) => [{ key: userKey(`u${n}`), value: user }]),
  },
] as const;

test.each(CASES)(
  "8 $what of 58 MB are refused where 256 MiB are allowed, before anything is touched",
  async ({ kind, blocks }) => {
    const directory = await backupOf(kind, blocks());
    for (const more of [["--dry-run"], []]) {
      const run = await restore(directory, kind, "--max-restore-memory", "256MiB", ...more);
      expect(run.code).toBe(2);
      expect(run.stderr).toContain(`where ${256 * 1024 * 1024} are allowed`);
      expect(run.stderr).toContain("nothing was restored");
      expect(run.stderr).toMatch(/hint: .*--max-restore-memory/);
      await expect(readdir(run.dir)).rejects.toMatchObject({ code: "ENOENT" });
    }
  },
);

test("what is allowed is restored, and its end is told", async () => {
  const blocks = [
    ...numbers(2).map((n) => [{ key: entryKey("s", n, UUID), value: entry }]),
    [{ key: streamKey("s"), value: small }],
  ];
  const run = await restore(await backupOf("logs", blocks), "logs", "--max-restore-memory=256MiB");
  expect(run.code).toBe(0);
  expect(JSON.parse(run.stdout).databases[0].kinds.entry.added).toBe(2);
});

test("the flag is for directories, and takes a size", async () => {
  const at = ["--url", "http://127.0.0.1:1", "--max-restore-memory", "1GiB"];
  const online = await flowg(["admin", "restore", ...at], { env: { FLOWG_TOKEN: "pat_x" } });
  expect({ code: online.code, text: online.stderr }).toEqual({
    code: 2,
    text: expect.stringContaining("--max-restore-memory is for directories"),
  });
  const wrong = await flowg(["admin", "restore", "--max-restore-memory", "much"]);
  expect(wrong.stderr).toContain('"much" isn\'t a size');
});
