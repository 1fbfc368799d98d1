// A process ends while one of its threads still starts, or compresses. A thread that is ended in the middle of native code
// would abort the whole process.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { endThread } from "../../../server/platform/threads/ending.js";
import { startThread } from "../../../server/platform/threads/start.js";

const DIST = new URL("../../../dist/server/", import.meta.url);

/** What it does, and the milliseconds after which it may be ended first. */
const RUNS: Record<string, [script: string, fromMs: number]> = {
  "starts the zstd thread": [
    `
    import { readyForBlocks } from "${new URL("formats/snapshot/zstd.js", DIST)}";
    readyForBlocks();`,
    0,
  ],
  "starts all threads of a restore": [
    `
    import { readyForBlocks } from "${new URL("formats/snapshot/zstd.js", DIST)}";
    import { RestoreThreads } from "${new URL("engine/lmdb/apply/restore-threads.js", DIST)}";
    readyForBlocks();
    new RestoreThreads();`,
    0,
  ],
  "compresses one block after the other": [
    `
    import { packBlock } from "${new URL("formats/snapshot/zstd.js", DIST)}";
    const line = (n) => JSON.stringify({ path: "/items/" + ((n * 7919) % 4001), user: (n * 17) % 503 });
    const text = Buffer.from(Array.from({ length: 30000 }, (_, n) => line(n)).join());
    const packing = async () => {
      for (;;) await packBlock(new Uint8Array(text));
    };
    for (let at = 0; at < 4; at++) void packing();`,
    150,
  ],
};

it.each(Object.entries(RUNS))(
  "that %s ends with its own exit code, without a word",
  (_, [start, fromMs]) => {
    const script = `${start}
    setTimeout(() => process.exit(3), Number(process.argv[2]));`;
    const dir = mkdtempSync(join(tmpdir(), "flowg-ending-"));
    try {
      const file = join(dir, "ending.mjs");
      writeFileSync(file, script);
      for (let ms = fromMs; ms <= fromMs + 120; ms += 12) {
        const words = [file, String(ms)];
        const { status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
        expect({ ms, status, stderr }).toEqual({ ms, status: 3, stderr: "" });
      }
    } finally {
      rmSync(dir, { recursive: true });
    }
  },
);

it("that has a thread that failed to load waits for it less than a second", () => {
  const dir = mkdtempSync(join(tmpdir(), "flowg-ending-"));
  try {
    writeFileSync(join(dir, "thread.mjs"), 'throw new Error("it cannot load");');
    const file = join(dir, "ending.mjs");
    const script = `
    import { AnsweringThread } from "${new URL("platform/threads/answering-thread.js", DIST)}";
    const waits = [];
    const { wait } = Atomics;
    Atomics.wait = (...words) => (waits.push(words.at(-1)), wait(...words));
    try {
      await new AnsweringThread(new URL("./thread.mjs", import.meta.url)).ask({}, []);
    } catch ({ cause }) {
      // after the wait for threads
      process.once("exit", () => console.log(cause.message, Math.max(0, ...waits) < 1000));
      process.exit(3);
    }`;
    writeFileSync(file, script);
    const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: "utf8" });
    expect({ status, stdout, stderr }).toEqual({
      status: 3,
      stdout: "it cannot load true\n",
      stderr: "",
    });
  } finally {
    rmSync(dir, { recursive: true });
  }
});

it("waits for a thread that it ends", async () => {
  const thread = startThread(
    new URL("../../../server/formats/snapshot/zstd-thread.js", import.meta.url),
  );
  const ended = new Promise((resolve) => thread.once("exit", resolve));
  await endThread(thread);
  expect(await ended).toBe(1);
});
