// What is measured, and a backup of it.

import { backupDirectories } from "../../../server/core.js";
import { makeLogs, makeSmall } from "../databases.js";
import { seconds, type Task } from "../task.js";

export const run: Task = async ({ source, backup }, { count }) => {
  const took = await seconds(async () => {
    await makeSmall(source);
    await makeLogs(source.logs, count);
    await backupDirectories({ dirs: source, backupDir: backup });
  });
  return { seconds: took };
};
