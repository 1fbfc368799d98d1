// `flowg admin backup`: all three databases, read back and verified.

import { backupDirectories } from "../../../server/core.js";
import type { Task } from "../task.js";

export const run: Task = async ({ source, scratch }) => {
  const report = await backupDirectories({ dirs: source, backupDir: scratch });
  const logs = report.snapshots.find(({ database }) => database === "logs");
  return { seconds: report.seconds, logsSeconds: logs?.seconds ?? 0 };
};
