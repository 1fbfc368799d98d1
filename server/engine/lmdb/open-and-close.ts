// Opens a database only to see whether the process survives that.

import { checkDataFile } from "./data-file.js";
import { closeEnvironment, openDatabase, openEnvironment } from "./open.js";
import type { PlaceToOpen } from "./try-opening.js";

/** @returns the error, if there was one; the next opening meets the same, and reports it */
export async function openAndClose(place: PlaceToOpen): Promise<unknown> {
  try {
    // an existing database isn't upgraded here: the code that uses it does that
    if (await checkDataFile(place.dir))
      await closeEnvironment(place.dir, await openEnvironment(place));
    else await (await openDatabase(place)).close();
    return undefined;
  } catch (error) {
    return error;
  }
}
