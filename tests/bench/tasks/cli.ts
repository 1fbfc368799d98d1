// What a command needs before it does anything: whole processes, beside one that does nothing.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { FLOWG } from "../server.js";
import { middle } from "../table.js";
import { seconds, type Task } from "../task.js";

const TIMES = 15;

export const run: Task = async ({ backup }) => {
  const commands = Object.entries({
    node: ["-e", "0"],
    version: [FLOWG, "version"],
    help: [FLOWG, "admin", "inspect", "--help"],
    inspect: [FLOWG, "admin", "inspect", join(backup, "config.db")],
  });
  const times = commands.map((): number[] => []);
  for (let n = 0; n < TIMES; n++) {
    for (const [i, [, words]] of commands.entries()) {
      const took = await seconds(() =>
        execFileSync(process.execPath, words, { stdio: ["ignore", "pipe", "ignore"] }),
      );
      times[i]?.push(took * 1000);
    }
  }
  return Object.fromEntries(commands.map(([name], i) => [name, middle(times[i] ?? [])]));
};
