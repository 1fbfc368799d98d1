// What a restore says takes it back is typed into a shell, and does.

import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { undoCommand } from "../../cli/undo-command.js";
import { flowg } from "./flowg.js";

const FIXTURE = join(import.meta.dirname, "../fixtures/flowg-0.24.1");

test("the commands that a restore and an undo tell take them back, wherever their databases are", async () => {
  const home = await mkdtemp(join(tmpdir(), "flowg-undo-command-"));
  try {
    const dirs = ["--config-dir", join(home, "it's a place")];
    const restored = await flowg([
      "admin",
      "restore",
      "--backup-dir",
      FIXTURE,
      "--only",
      "config",
      ...dirs,
    ]);
    expect(restored.code, restored.stderr).toBe(0);
    const told = /^to take it back: flowg (.*)$/m.exec(restored.stdout)?.[1] ?? "";
    const typed = (command: string) => {
      const words = execFileSync("sh", ["-c", `printf '%s\\n' ${command}`], { encoding: "utf8" });
      return flowg([...words.trimEnd().split("\n"), "--yes"]);
    };
    const undone = await typed(told);
    expect(undone.code, undone.stderr).toBe(0);
    expect(undone.stdout).toContain("taken back");
    const again = /^to bring it again: flowg (.*)$/m.exec(undone.stdout)?.[1] ?? "";
    const restoredAgain = await typed(again);
    expect(restoredAgain.code, restoredAgain.stderr).toBe(0);
    expect(restoredAgain.stdout).toContain("taken back");
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});

test("places of the environment are not repeated", () => {
  const args = { "auth-dir": "/srv/auth", url: "https://logs.example.com" };
  expect(undoCommand("1", args, { "auth-dir": "env", url: "flag" })).toBe(
    "flowg admin undo 1 --url https://logs.example.com",
  );
});
