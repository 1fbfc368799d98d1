// What a command needs before it does anything: whole processes, beside one that does nothing.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FLOWG } from "../server.js";
import { middle } from "../table.js";
import { seconds, type Task } from "../task.js";

const TIMES = 15;
const EXPAND_ONLY = fileURLToPath(new URL("../expand-only.js", import.meta.url));

export const run: Task = async ({ backup }) => {
  const commands = Object.entries({
    node: ["-e", "0"],
    version: [FLOWG, "version"],
    help: [FLOWG, "admin", "inspect", "--help"],
    expand: [EXPAND_ONLY, join(backup, "config.db")],
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
