// A process that ends while a thread of its is still being started: ended in the middle of loading native code, that
// would abort the whole process.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { endThread, startThread } from "../../server/threads.js";

const DIST = new URL("../../dist/server/", import.meta.url);

const STARTS = {
  "the zstd thread": `
    import { readyForBlocks } from "${new URL("snapshot/zstd.js", DIST)}";
    readyForBlocks();`,
  "all threads of a restore": `
    import { readyForBlocks } from "${new URL("snapshot/zstd.js", DIST)}";
    import { RestoreThreads } from "${new URL("restore/restore-threads.js", DIST)}";
    readyForBlocks();
    new RestoreThreads();`,
};

it.each(Object.entries(STARTS))(
  "that starts %s ends with its own exit code, without a word",
  (_, start) => {
    const script = `${start}
    setTimeout(() => process.exit(3), Number(process.argv[2]));`;
    const dir = mkdtempSync(join(tmpdir(), "flowg-ending-"));
    try {
      const file = join(dir, "ending.mjs");
      writeFileSync(file, script);
      for (let ms = 0; ms <= 120; ms += 12) {
        const words = [file, String(ms)];
        const { status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
        expect({ ms, status, stderr }).toEqual({ ms, status: 3, stderr: "" });
      }
    } finally {
      rmSync(dir, { recursive: true });
    }
  },
);

it("waits for a thread that it ends", async () => {
  const thread = startThread(new URL("../../server/snapshot/zstd-thread.js", import.meta.url));
  const ended = new Promise((resolve) => thread.once("exit", resolve));
  await endThread(thread);
  expect(await ended).toBe(1);
});
