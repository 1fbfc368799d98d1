// `--only`: which databases a backup or a restore is of.

import type { DatabaseKind } from "../server/records/kinds.js";
import { unknown } from "./check-words.js";

/** The kinds as people list them. */
const KNOWN: readonly DatabaseKind[] = ["auth", "config", "logs"];

/**
 * Reads what was given with `--only`, if anything was.
 * @returns all databases where nothing was
 * @throws USAGE
 */
export function onlyDatabases(list: string | undefined): readonly DatabaseKind[] {
  if (list === undefined) return KNOWN;
  // as FlowG's files and flags call it
  const given = list.split(",").map((word) => (word.trim() === "log" ? "logs" : word.trim()));
  for (const word of given) {
    if (!(KNOWN as readonly string[]).includes(word)) {
      const known = KNOWN.map((kind) => JSON.stringify(kind));
      throw unknown("database", JSON.stringify(word), known);
    }
  }
  return KNOWN.filter((kind) => given.includes(kind));
}
