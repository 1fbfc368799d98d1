// The process that does the work of a `flowg` that was started: its child, which it watches.

import { readFile } from "node:fs/promises";

/** @returns undefined where it has none (any more), or this machine doesn't tell */
export async function watchedBy(pid: number | undefined): Promise<number | undefined> {
  const file = `/proc/${pid}/task/${pid}/children`;
  const [child] = (await readFile(file, "utf8").catch(() => "")).split(" ");
  return child ? Number(child) : undefined;
}

/** Gone, or dead and not asked for yet by its new parent. */
export async function isDead(pid: number): Promise<boolean> {
  return (await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ") Z ")).includes(") Z ");
}
