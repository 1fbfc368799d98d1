// Keeps tasks over restarts, in the local table.

import { key, under } from "../../records/keys.js";
import type { KeptTask } from "../../records/tasks.js";
import type { Instant, SideTables } from "../tables.js";

const keyOf = (id: string) => key("task", id);

/** All kept tasks, in any order. Damaged notes are left out. */
export function readTasks({ local }: Pick<Instant, "local">): KeptTask[] {
  return [...local.findRange(under("task"))]
    .filter(({ isWhole }) => isWhole)
    .map(({ value }) => JSON.parse(value.toString()) as KeptTask);
}

/** Only inside a write transaction. */
export function writeTask({ local }: Pick<SideTables, "local">, task: KeptTask): void {
  local.put(keyOf(task.id), Buffer.from(JSON.stringify(task)));
}

/** Only inside a write transaction. */
export function removeTask({ local }: Pick<SideTables, "local">, id: string): void {
  local.remove(keyOf(id));
}
