// Into an empty place; the index is made anew. What it leaves is what the next restores go over.

import { rm } from "node:fs/promises";
import { undoBounds } from "../../../server/core.js";
import { restoreLogs } from "../restore-logs.js";
import type { Task } from "../task.js";

export const run: Task = async ({ restored, backup }, { variant }) => {
  await rm(restored.logs, { recursive: true, force: true });
  const undo = variant === "undo" ? { undo: undoBounds() } : {};
  return await restoreLogs(restored, backup, { dryRun: variant === "dryRun", ...undo });
};
