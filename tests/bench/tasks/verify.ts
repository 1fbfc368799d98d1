import { join } from "node:path";
import { verifyPath } from "../../../server/core.js";
import { type Task, used } from "../task.js";

export const run: Task = async ({ backup }, { variant }) => {
  const verify = () => verifyPath(join(backup, "log.db"));
  if (variant === "again") await verify();
  return { ...(await used(verify)) };
};
