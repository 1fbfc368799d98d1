// Into an empty place; the index is made anew. What it leaves is what the next restores go over.

import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { undoBounds } from "../../../server/core.js";
import { restoreLogs } from "../restore-logs.js";
import type { Task } from "../task.js";

export const run: Task = async ({ restored, backup }, { variant }) => {
  await rm(restored.logs, { recursive: true, force: true });
  const undo = variant === "undo" ? { undo: undoBounds() } : {};
  const isDryRun = variant === "dryRun";
  const facts = await restoreLogs(restored, backup, { dryRun: isDryRun, ...undo });
  if (isDryRun) return facts;
  return { ...facts, megabytes: (await stat(join(restored.logs, "data.mdb"))).size / 1e6 };
};
