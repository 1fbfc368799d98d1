// Holds a database's write lock in a process of its own, so that what needs the lock takes as long as a test wants.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { DatabaseKind } from "../../../server/records/kinds.js";

const SCRIPT = join(import.meta.dirname, "hold-write-lock.mjs");

/** Resolves once the lock is held. It is held until the process's `stdin` ends, or the process is killed. */
export async function holdWriteLock(
  kind: DatabaseKind,
  dir: string,
): Promise<ChildProcessWithoutNullStreams> {
  const held = spawn(process.execPath, [SCRIPT, kind, dir]);
  await once(held.stdout, "data");
  return held;
}
