// A task may be seen and cancelled by the user who began it, and by callers who hold the scopes that its work needs.

import type { KeptTask } from "../records/tasks.js";
import type { Caller } from "./context.js";
import { demand } from "./trpc.js";

export const maySee = (caller: Caller, { by, scopes }: KeptTask): boolean =>
  by === caller.user || scopes.every((scope) => caller.scopes.has(scope));

/** @throws PERMISSION_DENIED naming the scopes that the caller lacks */
export function demandTask(caller: Caller, task: KeptTask): void {
  if (!maySee(caller, task)) demand(caller, task.scopes, "the task is another user's, and needs");
}
