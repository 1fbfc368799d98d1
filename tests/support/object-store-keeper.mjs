// Runs a server for as long as a process is there: a run of tests that was killed leaves none.
// Usage: node object-store-keeper.mjs PID DIRECTORY PROGRAM ARGUMENT...   The directory is removed in the end.

import { spawn } from "node:child_process";
import { rmSync } from "node:fs";

const [, , pid, directory, program, ...args] = process.argv;
// it writes logs of its own where temporary files go
const env = { ...process.env, TMPDIR: directory };
const server = spawn(program, args, { stdio: "inherit", cwd: directory, env });
let isEnding = false;

server.on("exit", () => {
  if (isEnding) rmSync(directory, { recursive: true, force: true });
  process.exit();
});

setInterval(() => {
  try {
    process.kill(Number(pid), 0);
  } catch {
    isEnding = true;
    server.kill("SIGKILL");
  }
}, 300);
