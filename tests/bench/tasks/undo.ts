// The last restore that can be taken back, taken back.

import { undoBounds, undoDirectories } from "../../../server/core.js";
import { type Task, used } from "../task.js";

export const run: Task = async ({ restored }) => {
  const { seconds, processor } = await used(() =>
    undoDirectories({ dirs: restored, dryRun: false, undo: undoBounds() }),
  );
  return { seconds, processor };
};
