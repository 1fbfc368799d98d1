// Finds the closest existing directory above a path. It is on the disk where the path will be made.

import { dirname, resolve } from "node:path";
import { isThere } from "./is-there.js";

export async function nearestDirectory(path: string): Promise<string> {
  for (let directory = dirname(resolve(path)); ; directory = dirname(directory)) {
    if ((await isThere(directory)) || directory === dirname(directory)) return directory;
  }
}
