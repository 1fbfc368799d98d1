// The tasks of a server, for people.

import type { Task } from "../../../sdk/index.js";
import { formatCount } from "../format.js";
import { safe } from "../safe.js";
import { table } from "../table.js";
import { wrap } from "../wrap.js";

export function tasksText(tasks: readonly Task[], width?: number): string {
  if (tasks.length === 0) return "There are no tasks that you may see";
  const rows = tasks.map((task) => [
    task.id,
    task.kind,
    safe(task.target),
    safe(task.by ?? "-"),
    stateOf(task),
    task.begunAt.slice(0, 19).replace("T", " "),
  ]);
  return table(["Task", "Kind", "Of", "By", "State", "Begun (UTC)"], rows, width);
}

/** The state of one task, and its error. */
export function taskText(task: Task, width = Number.POSITIVE_INFINITY): string {
  const { id, kind, target, by, begunAt, endedAt, error, progress } = task;
  const who = by === undefined ? "by the server itself" : `by ${safe(by)}`;
  const lines = [
    `${kind} of ${safe(target)}: ${stateOf(task)}`,
    `task ${id}, begun ${begunAt} ${who}${endedAt === undefined ? "" : `, ended ${endedAt}`}`,
  ];
  if (task.state === "running" && progress) {
    const { phase, database, records, totalRecords } = progress;
    const of = totalRecords === undefined ? "" : ` of ${formatCount(totalRecords)}`;
    const count = records ? `, ${formatCount(records)}${of} records` : "";
    lines.push(`${phase}${database === undefined ? "" : ` ${database}`}${count}`);
  }
  if (error) lines.push(`${safe(error.message)}${error.hint ? ` (${safe(error.hint)})` : ""}`);
  return lines.map((line) => wrap(line, width, 2)).join("\n");
}

const stateOf = ({ state, cancelling }: Task): string =>
  cancelling ? "is being cancelled" : state;
