// Reads `--only`, which names databases.

import type { DatabaseKind } from "../server/records/kinds.js";
import { unknown } from "./check-words.js";

/** The databases in the order of lists. */
const KNOWN: readonly DatabaseKind[] = ["auth", "config", "logs"];

/**
 * Reads the value of `--only`.
 * @returns all databases if it is absent
 * @throws USAGE
 */
export function onlyDatabases(list: string | undefined): readonly DatabaseKind[] {
  if (list === undefined) return KNOWN;
  // FlowG's files and flags call it `log`
  const given = list.split(",").map((word) => (word.trim() === "log" ? "logs" : word.trim()));
  for (const word of given) {
    if (!(KNOWN as readonly string[]).includes(word)) {
      const known = KNOWN.map((kind) => JSON.stringify(kind));
      throw unknown("database", JSON.stringify(word), known);
    }
  }
  return KNOWN.filter((kind) => given.includes(kind));
}
