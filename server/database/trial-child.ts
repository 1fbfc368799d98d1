// The process that opens databases before the one that is to live does: says which it is at, and may die of it.

import { openTrial } from "./open-trial.js";
import type { Trial } from "./trial.js";

const trials = JSON.parse(process.argv[2] ?? "[]") as Trial[];

for (const trial of trials) {
  // with a write that has ended before anything else begins
  await new Promise((done) => process.stdout.write(`${trial.kind}\n`, done));
  await openTrial(trial);
}
