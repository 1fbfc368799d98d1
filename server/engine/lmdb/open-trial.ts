// Opening a database only to see whether the process outlives it.

import { checkDataFile } from "./data-file.js";
import { openDatabase, openEnvironment } from "./open.js";
import type { Trial } from "./trial.js";

/** @returns what was thrown: the next opening finds the same, and says so */
export async function openTrial(trial: Trial): Promise<unknown> {
  try {
    // an upgrade of what is there is left to its user
    const opened = (await checkDataFile(trial.dir))
      ? await openEnvironment(trial)
      : await openDatabase(trial);
    await opened.close();
    return undefined;
  } catch (error) {
    return error;
  }
}
