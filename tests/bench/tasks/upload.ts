// A restore of the logs into a server that has none: upload, verification, transaction. The memory is the server's.

import { join } from "node:path";
import { dirsIn } from "../places.js";
import { startServer } from "../server.js";
import { seconds, type Task } from "../task.js";
import { upload } from "../transfers.js";

export const run: Task = async ({ backup, scratch }) => {
  await using server = await startServer(dirsIn(scratch));
  const took = await seconds(() => upload(server.url, join(backup, "log.db")));
  return { seconds: took, memory: server.memory() };
};
