// `flowg admin restore --only logs`, timed: the verification first, then the one transaction.

import {
  type DatabaseDirs,
  type RestoreOptions,
  type RestoreReport,
  restoreDirectories,
} from "../../server/core.js";
import { type Facts, used } from "./task.js";

export async function restoreLogs(
  dirs: DatabaseDirs,
  backupDir: string,
  options: Partial<RestoreOptions> = {},
): Promise<Facts> {
  let report: RestoreReport | undefined;
  const { processor } = await used(async () => {
    report = await restoreDirectories({
      dirs,
      backupDir,
      mode: "merge",
      dryRun: false,
      only: ["logs"],
      ...options,
    });
  });
  const applySeconds = report?.databases[0]?.seconds ?? 0;
  return { seconds: report?.seconds ?? 0, applySeconds, processor };
}
