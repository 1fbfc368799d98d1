// Over a full database that differs in one entry of a hundred. Variants: `merge`, `replace`, `dryRun`, `undo`:
// with what takes it back.

import { undoBounds } from "../../../server/core.js";
import { restoreLogs } from "../restore-logs.js";
import type { Task } from "../task.js";

export const run: Task = async ({ restored, backup }, { variant }) =>
  await restoreLogs(restored, backup, {
    mode: variant === "replace" ? "replace" : "merge",
    dryRun: variant === "dryRun",
    undo: variant === "undo" ? undoBounds() : undefined,
  });
