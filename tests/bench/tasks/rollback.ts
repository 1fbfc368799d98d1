// A restore into an empty place that fails when nearly everything is written, and is undone.

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { dirsIn } from "../places.js";
import { restoreLogs } from "../restore-logs.js";
import { seconds, type Task } from "../task.js";

const NEARLY = 0.97;

export const run: Task = async ({ scratch, backup }) => {
  const { size } = await stat(join(backup, "log.db"));
  const stop = new AbortController();
  let stopped = 0;
  const took = await seconds(async () => {
    const restoring = restoreLogs(dirsIn(scratch), backup, {
      signal: stop.signal,
      onProgress: ({ phase, bytes }) => {
        if (phase !== "restoring" || bytes < size * NEARLY || stop.signal.aborted) return;
        stopped = performance.now();
        stop.abort();
      },
    });
    const outcome = await restoring.catch((error: { code?: string }) => error.code);
    if (outcome !== "CANCELLED") throw new Error("it was to be cut, and was not");
  });
  return { seconds: took, undoSeconds: (performance.now() - stopped) / 1000 };
};
