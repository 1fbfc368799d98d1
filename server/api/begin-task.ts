// Begins a task that holds one of the places of transfers, and the databases that it restores, until it ends.

import type { DatabaseKind } from "../records/kinds.js";
import type { Task } from "../records/tasks.js";
import type { NewTask, TaskWork } from "../tasks/tasks.js";
import { type AuditFacts, audited } from "./audited.js";
import type { Caller, Context } from "./context.js";

export interface ReservedTask extends Omit<NewTask, "by"> {
  /** Databases that no other restore may change meanwhile. */
  restores?: readonly DatabaseKind[];
}

/** @throws BUSY, CONFLICT, and what `Tasks.begin` throws: nothing has begun then */
export async function beginReserved(
  { services, caller }: Context & { caller: Caller },
  { restores = [], ...spec }: ReservedTask,
  work: (of: TaskWork) => Promise<object>,
): Promise<Task> {
  const end = services.administration.reserve(caller.user, restores);
  let hasBegun = false;
  try {
    const task = await services.tasks.begin({ ...spec, by: caller.user }, async (of) => {
      try {
        return { ...(await work(of)) };
      } finally {
        end();
      }
    });
    hasBegun = true;
    return task;
  } finally {
    if (!hasBegun) end();
  }
}

/** Makes the answer of a procedure that begins a task, and writes the beginning to the trail, with the task's id. */
export async function answerBegun(
  ctx: Pick<Context, "audit">,
  facts: AuditFacts,
  begin: () => Promise<Task>,
) {
  const task = await audited(ctx, facts, async () => {
    const begun = await begin();
    facts.task = begun.id;
    return begun;
  });
  return { success: true as const, task };
}
