// What ordinary tools need to check the same file.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { seconds, type Task } from "../task.js";

export const run: Task = async ({ backup }) => {
  const file = join(backup, "log.db");
  const zstd = await seconds(() => execFileSync("zstd", ["-tq", file]));
  const sha256sum = await seconds(() => execFileSync("sha256sum", [file]));
  return { zstd, sha256sum, slower: Math.max(zstd, sha256sum) };
};
