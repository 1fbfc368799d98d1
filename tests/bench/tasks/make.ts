// What is measured, and a backup of it.

import { backupDirectories } from "../../../server/core.js";
import { makeLogs, makeSmall } from "../databases.js";
import type { Task } from "../task.js";

export const run: Task = async ({ source, backup }, { count }) => {
  await makeSmall(source);
  await makeLogs(source.logs, count);
  await backupDirectories({ dirs: source, backupDir: backup });
  return {};
};
