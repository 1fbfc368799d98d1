// The size of the raw records, one file, through `zstd -1`.

import { execFileSync } from "node:child_process";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { seconds, type Task } from "../task.js";

export const run: Task = async ({ backup, scratch }) => {
  const [raw, packed] = [join(scratch, "raw"), join(scratch, "raw.zst")];
  execFileSync("zstd", ["-dq", join(backup, "log.db"), "-o", raw]);
  const words = ["-1", "-q", "--single-thread", raw, "-o", packed];
  const took = await seconds(() => execFileSync("zstd", words));
  return { seconds: took, megabytes: (await stat(packed)).size / 1e6 };
};
