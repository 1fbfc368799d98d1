import { join } from "node:path";
import { verifyPath } from "../../../server/core.js";
import { seconds, type Task } from "../task.js";

export const run: Task = async ({ backup }, { variant }) => {
  const verify = () => verifyPath(join(backup, "log.db"));
  if (variant === "again") await verify();
  return { seconds: await seconds(verify) };
};
