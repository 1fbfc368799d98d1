import { join } from "node:path";
import { verifyPath } from "../../../server/core.js";
import { seconds, type Task } from "../task.js";

export const run: Task = async ({ backup }) => ({
  seconds: await seconds(() => verifyPath(join(backup, "log.db"))),
});
