// Says that a database is no longer where it was opened.

import type { DatabaseKind } from "../records/kinds.js";
import type { PlaceState } from "./database.js";

const WORDS: Record<Exclude<PlaceState, "in place">, (kind: DatabaseKind) => string> = {
  replaced: (kind) =>
    `the files of the ${kind} database were replaced by others while the server has them open`,
  gone: (kind) =>
    `the files of the ${kind} database were moved or removed while the server has them open`,
  unreadable: (kind) => `the directory of the ${kind} database can't be looked at any more`,
};

export const REPLACED_HINT =
  "put the directory back as it was, or restart the server: then it works with what is there";

/** Says what is wrong, without the path, which is not for clients. */
export function placeProblem(kind: DatabaseKind, state: PlaceState): string | undefined {
  return state === "in place" ? undefined : WORDS[state](kind);
}
