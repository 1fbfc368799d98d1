// `flowg admin restore --only logs`, timed: the verification first, then the one transaction.

import { type DatabaseDirs, type RestoreOptions, restoreDirectories } from "../../server/core.js";
import type { Facts } from "./task.js";

export async function restoreLogs(
  dirs: DatabaseDirs,
  backupDir: string,
  options: Partial<RestoreOptions> = {},
): Promise<Facts> {
  const report = await restoreDirectories({
    dirs,
    backupDir,
    mode: "merge",
    dryRun: false,
    only: ["logs"],
    ...options,
  });
  const applySeconds = report.databases[0]?.seconds ?? 0;
  return { seconds: report.seconds, applySeconds };
}
