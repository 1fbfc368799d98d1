// The raw records, one file, through `zstd -1`, and what that made through `zstd -t`.

import { execFileSync } from "node:child_process";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { seconds, type Task } from "../task.js";

export const run: Task = async ({ backup, scratch }) => {
  const [raw, packed] = [join(scratch, "raw"), join(scratch, "raw.zst")];
  execFileSync("zstd", ["-dq", join(backup, "log.db"), "-o", raw]);
  const words = ["-1", "-q", "--single-thread", raw, "-o", packed];
  const took = await seconds(() => execFileSync("zstd", words));
  const test = await seconds(() => execFileSync("zstd", ["-tq", packed]));
  return { seconds: took, checkedSeconds: took + test, megabytes: (await stat(packed)).size / 1e6 };
};
