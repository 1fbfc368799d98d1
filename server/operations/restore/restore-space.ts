// The free space that a restore needs, before it changes anything.

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { DATA_FILE } from "../../engine/lmdb/data-file.js";
import { demandSpaceOnDisks } from "../../platform/files/free-space.js";
import type { VerifyReport } from "../../records/reports.js";

export interface ToRestore {
  /** The database's directory; it need not be there. */
  dir: string;
  /** A directory that is there, on the same disk. */
  disk: string;
  /** Of what is restored into it. */
  report: Pick<VerifyReport, "rawBytes">;
}

/**
 * Looks at the free space of each disk for what the snapshots hold. A lower bound: a database's file can use again all that
 * it has.
 * @throws DISK_FULL
 */
export async function demandRestoreSpace(restores: readonly ToRestore[]): Promise<void> {
  const needs = restores.map(async ({ dir, disk, report }) => {
    const { size } = await stat(join(dir, DATA_FILE)).catch(() => ({ size: 0 }));
    return { directory: disk, bytes: Math.max(0, report.rawBytes - size), name: "" };
  });
  await demandSpaceOnDisks(await Promise.all(needs), () => "the restore");
}
