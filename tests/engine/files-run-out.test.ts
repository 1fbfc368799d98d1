// A process that may open no more files. LMDB can't open a database then, and ends the process unless something looks first.

import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../server/engine/lmdb/open.js";

const dir = await mkdtemp(join(tmpdir(), "flowg-files-run-out-"));
const OPEN = new URL("../../dist/server/engine/lmdb/open.js", import.meta.url);

beforeAll(async () => {
  await (await openDatabase({ kind: "config", dir, mode: "create" })).close();
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Opens it while so many files may be opened, and once more when there are enough. */
const script = (free: number) => `
  import { closeSync, openSync } from "node:fs";
  const { openDatabase } = await import(${JSON.stringify(OPEN.href)});
  const open = async () => {
    try {
      await (await openDatabase({ kind: "config", dir: ${JSON.stringify(dir)}, mode: "write" })).close();
      return "opened";
    } catch (error) {
      return error.code;
    }
  };
  await open();
  const files = [];
  try {
    for (;;) files.push(openSync("/dev/null", "r"));
  } catch {}
  for (const file of files.splice(0, ${free})) closeSync(file);
  const first = await open();
  for (const file of files) closeSync(file);
  console.log(first, await open());
`;

const run = promisify(execFile);

test.skipIf(process.platform === "win32").for([0, 1, 2, 3, 4, 5, 6, 8])(
  "with %i files left it is an error or opens, and opens afterwards",
  async (free) => {
    const words = ["-c", 'ulimit -n 200 && exec "$0" --input-type=module -e "$1"'];
    const { stdout } = await run("sh", [...words, process.execPath, script(free)]);
    expect(stdout).toMatch(/^(opened|DATABASE_UNAVAILABLE) opened$/m);
    if (free < 3) expect(stdout).toMatch(/^DATABASE_UNAVAILABLE/);
    if (free === 8) expect(stdout).toMatch(/^opened/);
  },
);
