// The mark of the last restore. Nobody else in the process is told of a restore's changes: a module that keeps something in
// memory looks here, and begins anew when the mark is another.

import type { Instant } from "../tables.js";

export const RESTORE_MARK_KEY = Buffer.from("restore");

/** Another text after each restore, also one by another process; empty before the first. */
export function lastRestore({ local }: Pick<Instant, "local">): string {
  return local.get(RESTORE_MARK_KEY)?.toString() ?? "";
}
