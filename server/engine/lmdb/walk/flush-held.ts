// Flushes what a backup is about to read, because a server may have committed it without a flush. Otherwise a snapshot could
// hold entries that the database loses when the power fails, and the next snapshot would take other entries in their place for
// the same.

import { fdatasyncSync, openSync } from "node:fs";
import { join } from "node:path";
import { FlowgError, systemCode } from "../../../platform/errors.js";
import { closeFile } from "../../../platform/files/close-file.js";
import { reasonOf } from "../../../platform/files/file-error.js";
import { DATA_FILE } from "../data-file.js";
import type { Environment } from "../environment.js";

/** The errors of places that can't be written, where nothing waits to be flushed. */
const CANNOT: ReadonlySet<string> = new Set("EROFS EINVAL ENOTSUP EOPNOTSUPP ENOSYS".split(" "));

/**
 * Flushes all that any process has committed to the log database. The other databases are flushed with each commit.
 * @throws DATABASE_UNAVAILABLE
 */
export function flushHeld({ kind, dir }: Pick<Environment, "kind" | "dir">): void {
  if (kind !== "logs") return;
  const path = join(dir, DATA_FILE);
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    fdatasyncSync(file);
  } catch (cause) {
    if (CANNOT.has(systemCode(cause) ?? "")) return;
    throw new FlowgError("DATABASE_UNAVAILABLE", `cannot flush ${path}: ${reasonOf(cause)}`, {
      cause,
      hint: "check the disk: what the server has answered may not be on it",
    });
  } finally {
    if (file !== undefined) closeFile(file);
  }
}
