// Processes that open a database while others close it. The last one to close it destroys the mutexes in LMDB's lock file. A
// process that came just then found them so, and failed with "Invalid argument".

import { execFile } from "node:child_process";
import { openSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import { closeFile } from "../../server/platform/files/close-file.js";
import { hasLocks, tryLock } from "../../server/platform/files/file-lock.js";
import { type Workspace, workspace } from "../operations/offline/contents.js";

let space: Workspace;
let dir: string;

beforeEach(async ({ skip }) => {
  skip(!hasLocks(), "files can't be locked here");
  space = await workspace();
  dir = join(space.path, "logs");
  await using _ = await openDatabase({ kind: "logs", dir, mode: "create" });
});
afterEach(() => space?.[Symbol.asyncDispose]());

const OPEN_AND_CLOSE = `
  import { openDatabase } from "${new URL("../../dist/server/engine/lmdb/open.js", import.meta.url)}";
  for (let n = 0; n < 200; n++) {
    const mode = n % 3 === 0 ? "write" : "read";
    await (await openDatabase({ kind: "logs", dir: process.argv[1], mode })).close();
  }
`;

test("all of them open it", async () => {
  const words = ["--input-type=module", "-e", OPEN_AND_CLOSE, dir];
  const one = () => promisify(execFile)(process.execPath, words);
  const done = await Promise.allSettled([one(), one(), one(), one()]);
  expect(done.filter(({ status }) => status === "rejected")).toEqual([]);
});

test("one that finds the mutexes destroyed all the same says what happened", async () => {
  const other = openSync(join(dir, "lock.mdb"), "r+");
  try {
    // as if another process had waited for the one that closed it, and has it open now
    expect(tryLock(other, { shared: true })).toBe("taken");
    await expect(openDatabase({ kind: "logs", dir, mode: "read" })).rejects.toMatchObject({
      code: "DATABASE_UNAVAILABLE",
      message: `another process closed the logs database in ${dir} just while this one opened it`,
      hint: expect.stringContaining("run it again"),
    });
  } finally {
    closeFile(other);
  }
});
