// The process that opens databases before the one that is to live does: says which it is at, and may die of it.

import { checkDataFile } from "./data-file.js";
import { openDatabase, openEnvironment } from "./open.js";
import type { Trial } from "./trial.js";

const trials = JSON.parse(process.argv[2] ?? "[]") as Trial[];

for (const trial of trials) {
  // with a write that has ended before anything else begins
  await new Promise((done) => process.stdout.write(`${trial.kind}\n`, done));
  try {
    // an upgrade of what is there is left to who uses it
    const opened = (await checkDataFile(trial.dir))
      ? await openEnvironment(trial)
      : await openDatabase(trial);
    await opened.close();
  } catch {
    // who opens it next finds the same, and says so
  }
}
