// The free space that a restore needs, before it changes anything.

import { demandSpaceOnDisks } from "../../platform/files/free-space.js";
import type { DatabasePlace, Engine } from "../../storage/engine.js";
import type { VerifiedSource } from "./verified-source.js";

export interface ToRestore {
  /** The place of the database, which need not be there. */
  place: DatabasePlace;
  /** A directory that is there, on the same disk. */
  disk: string;
  source: Pick<VerifiedSource, "part" | "report">;
}

/**
 * Looks at the free space of each disk for what the snapshots hold. A lower bound: a database's file can use again all that
 * it has.
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
