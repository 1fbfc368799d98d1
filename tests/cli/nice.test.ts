// The flag `--nice`: a command with it gives way to all other programs.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants, getPriority } from "node:os";
import { expect, test } from "vitest";
import { eventually } from "../eventually.js";
import { BUILT } from "./flowg.js";

test("--nice has the lowest priority", async () => {
  // the command waits for its stdin
  const words = [BUILT, "admin", "verify", "-", "--nice"];
  const child = spawn(process.execPath, words, { stdio: ["pipe", "ignore", "ignore"] });
  try {
    await eventually(() => expect(getPriority(child.pid)).toBe(constants.priority.PRIORITY_LOW));
  } finally {
    child.stdin.end();
    await once(child, "exit");
  }
  expect(child.exitCode).toBeGreaterThan(0);
});
