// Decides who may see and cancel a task: the user who began it, and callers who hold the scopes that its work needs. A task is
// a user's own only until their password is set anew, a restore brings another one, or they are deleted, since somebody else
// may get the name later.

import type { KeptTask } from "../records/tasks.js";
import type { Caller, Context } from "./context.js";
import { demand } from "./trpc.js";

type Asking = Pick<Context, "services"> & { caller: Caller };

/** The tasks that the caller may see. */
export async function seenBy(
  { services, caller }: Asking,
  tasks: readonly KeptTask[],
): Promise<KeptTask[]> {
  const { user } = caller;
  const anewAt = await services.auth.read((auth) => auth.knownSince(user));
  const isOwn = ({ by, begunAt }: KeptTask) => by === user && Date.parse(begunAt) > anewAt;
  const isOpen = ({ scopes }: KeptTask) => scopes.every((scope) => caller.scopes.has(scope));
  return tasks.filter((task) => isOpen(task) || isOwn(task));
}

/** @throws PERMISSION_DENIED naming the scopes that the caller lacks */
export async function demandTask(asking: Asking, task: KeptTask): Promise<void> {
  const { caller } = asking;
  if ((await seenBy(asking, [task])).length > 0) return;
  const why =
    task.by === caller.user
      ? "the task is from before the password was set anew, and needs"
      : "the task is another user's, and needs";
  demand(caller, task.scopes, why);
}
