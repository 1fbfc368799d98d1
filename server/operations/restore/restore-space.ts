// Checks the free space for a restore, before it changes anything.

import { demandSpaceOnDisks } from "../../platform/files/free-space.js";
import type { DatabasePlace, Engine } from "../../storage/engine.js";
import type { VerifiedSource } from "./verified-source.js";

export interface ToRestore {
  /** The place of the database, which need not exist. */
  place: DatabasePlace;
  /** An existing directory on the same disk. */
  disk: string;
  source: Pick<VerifiedSource, "part" | "report">;
}

/**
 * Checks that each disk has room for what the snapshots hold. This is a lower bound, since a database can reuse all space of
 * its file.
 * @throws DISK_FULL
 */
export async function demandRestoreSpace(
  engine: Engine,
  restores: readonly ToRestore[],
): Promise<void> {
  const needs = restores.map(async ({ place, disk, source: { part, report } }) => {
    const { rawBytes } = part ?? report;
    const bytes = Math.max(0, rawBytes - (await engine.bytes(place)));
    return { directory: disk, bytes, name: "" };
  });
  await demandSpaceOnDisks(await Promise.all(needs), () => "the restore");
}
