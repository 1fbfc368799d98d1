// A backup of the logs from a server, to a flushed file: the server's work included. The memory is the server's.

import { join } from "node:path";
import { dirsIn } from "../places.js";
import { startServer } from "../server.js";
import { seconds, type Task } from "../task.js";
import { download } from "../transfers.js";

export const run: Task = async ({ source, scratch }) => {
  await using server = await startServer({ ...dirsIn(scratch), logs: source.logs });
  const took = await seconds(() => download(server.url, join(scratch, "log.db")));
  return { seconds: took, memory: server.memory() };
};
