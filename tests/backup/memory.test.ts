// Backup, verification and restore take as much memory for many entries as for few. What counts is anonymous
// memory: pages of the mapped database file can be dropped at any time.

import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { run, type Task } from "../processes/child.js";
import { workspace } from "../restore/contents.js";

const ENTRIES = 300_000;
const MB = 1_000_000;

/** Looks at a process's anonymous memory until it ends. */
function peakOf(child: ChildProcess, seen: { bytes: number }) {
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      const kilobytes = Number(/RssAnon:\s+(\d+) kB/.exec(status)?.[1] ?? 0);
      seen.bytes = Math.max(seen.bytes, kilobytes * 1024);
    } catch {
      // it has ended
    }
  }, 50);
  child.on("close", () => clearInterval(timer));
}

it.runIf(process.platform === "linux")("stays small for 300,000 entries", async () => {
  await using space = await workspace();
  const dirs = space.dirs("data");
  const backupDir = join(space.path, "backup");
  await run({ do: "fill", options: { dirs, entries: ENTRIES } });

  async function peak<Name extends "backup" | "verify" | "restore">(task: Task<Name>) {
    const seen = { bytes: 0 };
    const { gave } = await run(task, (child) => peakOf(child, seen));
    expect(gave).toBeDefined();
    return seen.bytes / MB;
  }
  const backup = await peak({ do: "backup", options: { dirs, backupDir } });
  expect((await stat(join(backupDir, "log.db"))).size).toBeGreaterThan(4 * MB);
  const verify = await peak({ do: "verify", options: { path: backupDir } });
  const restore = await peak({
    do: "restore",
    options: { dirs: space.dirs("to"), backupDir, mode: "merge", dryRun: false },
  });
  expect(backup).toBeLessThan(200);
  expect(verify).toBeLessThan(200);
  expect(restore).toBeLessThan(700);
});
