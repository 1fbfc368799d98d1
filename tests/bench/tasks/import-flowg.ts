// A restore, into an empty place, of the file that FlowG would have made of the same logs.

import { dirsIn } from "../places.js";
import { restoreLogs } from "../restore-logs.js";
import type { Task } from "../task.js";

export const run: Task = async ({ scratch, flowg }) => await restoreLogs(dirsIn(scratch), flowg);
