// Opening a database only to see whether the process outlives it.

import { checkDataFile } from "./data-file.js";
import { closeEnvironment, openDatabase, openEnvironment } from "./open.js";
import type { Trial } from "./trial.js";

/** @returns what was thrown: the next opening finds the same, and says so */
export async function openTrial(trial: Trial): Promise<unknown> {
  try {
    // an upgrade of what is there is left to its user
    if (await checkDataFile(trial.dir))
      await closeEnvironment(trial.dir, await openEnvironment(trial));
    else await (await openDatabase(trial)).close();
    return undefined;
  } catch (error) {
    return error;
  }
}
