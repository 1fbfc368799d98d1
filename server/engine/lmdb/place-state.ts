// Checks that a database answers, and is where it was opened.

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { damagedDatabase } from "../../records/damage.js";
import type { PlaceState } from "../../storage/database.js";
import { DATA_FILE } from "./data-file.js";
import type { Environment } from "./environment.js";
import { lookAtPlace } from "./watched-files.js";

export async function placeState(environment: Environment): Promise<PlaceState> {
  const { failure } = environment.writing;
  if (failure) throw failure;
  const state = lookAtPlace(environment);
  if (state !== "in place") return state;
  const { kind, records, derived, local } = environment;
  if (local.get(KIND)?.toString() !== kind)
    throw damagedDatabase(environment, "it doesn't say any more that it is that");
  for (const table of [records, derived]) table.count({ limit: 1 });
  return state;
}

/** The data file's size. */
export async function bytesOf({ dir }: Pick<Environment, "dir">): Promise<number> {
  return (await stat(join(dir, DATA_FILE))).size;
}

const KIND = Buffer.from("kind");
