// A copy of the databases, of which what is written from now on is told: the generated ones were made past that.

import { cp, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { STREAMS } from "../entries.js";
import { addRecords, streamRecord } from "../growth.js";
import type { Task } from "../task.js";

export const run: Task = async ({ source, growing }) => {
  const [from, to] = [dirname(source.logs), dirname(growing.logs)];
  await rm(to, { recursive: true, force: true });
  await cp(from, to, { recursive: true });
  await addRecords(growing.logs, STREAMS.map(streamRecord));
  return {};
};
