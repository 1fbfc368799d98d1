// The closest directory above a path that exists: on the same disk, and there also before anything is made.

import { dirname, resolve } from "node:path";
import { isThere } from "./is-there.js";

export async function nearestDirectory(path: string): Promise<string> {
  for (let directory = dirname(resolve(path)); ; directory = dirname(directory)) {
    if ((await isThere(directory)) || directory === dirname(directory)) return directory;
  }
}
