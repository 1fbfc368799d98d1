// What FlowG's own backup of the same logs would be.

import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { flowgStream } from "../flowg-stream.js";
import type { Task } from "../task.js";

export const run: Task = async ({ flowg }, { count }) => {
  await mkdir(flowg, { recursive: true });
  // a copy of each chunk: the generator uses its memory again
  const chunks = function* () {
    for (const chunk of flowgStream(count)) yield Buffer.from(chunk);
  };
  await pipeline(Readable.from(chunks()), createWriteStream(join(flowg, "log.db")));
  return {};
};
