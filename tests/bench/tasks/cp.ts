// A copy of the data file. Like `cp`, it isn't flushed.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { seconds, type Task } from "../task.js";

export const run: Task = async ({ source, scratch }) => {
  const words = [join(source.logs, "data.mdb"), join(scratch, "copy.mdb")];
  return { seconds: await seconds(() => execFileSync("cp", words)) };
};
