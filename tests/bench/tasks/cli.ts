// What a command needs before it does anything: whole processes, beside one that does nothing.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { FLOWG } from "../server.js";
import { middle } from "../table.js";
import { seconds, type Task } from "../task.js";

const TIMES = 15;

export const run: Task = async ({ backup }) => {
  const commands = {
    node: ["-e", "0"],
    version: [FLOWG, "version"],
    inspect: [FLOWG, "admin", "inspect", join(backup, "config.db")],
  };
  const times: Record<keyof typeof commands, number[]> = { node: [], version: [], inspect: [] };
  for (let n = 0; n < TIMES; n++) {
    for (const name of ["node", "version", "inspect"] as const) {
      const took = await seconds(() =>
        execFileSync(process.execPath, commands[name], { stdio: ["ignore", "pipe", "ignore"] }),
      );
      times[name].push(took * 1000);
    }
  }
  return {
    node: middle(times.node),
    version: middle(times.version),
    inspect: middle(times.inspect),
  };
};
