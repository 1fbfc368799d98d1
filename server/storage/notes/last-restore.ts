// Reads the run of the last restore. A restore tells no module of its changes. So a module that keeps something in memory looks
// here, and begins anew after another restore.

import type { Instant } from "../tables.js";

export const RESTORE_MARK_KEY = Buffer.from("restore");

/** A text that each restore changes, also another process's; empty before the first. */
export function lastRestore({ local }: Pick<Instant, "local">): string {
  return local.get(RESTORE_MARK_KEY)?.toString() ?? "";
}
