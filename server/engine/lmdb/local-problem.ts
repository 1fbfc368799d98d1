// Checks that the local table is what was written. No backup holds it, but it says which deletions are under way, and so what a
// backup holds. Where it is damaged, ended sessions may be alive again.

import { segments } from "../../records/keys.js";
import { printable } from "../../records/records.js";
import type { ChecksummedTable } from "./checksummed-table.js";

/** Says what is wrong with it, in words that follow the database's name. It reads all values, which are few. */
export function localProblem(local: ChecksummedTable): string | undefined {
  let records = 0;
  let checksums = 0;
  for (const { key, checksum, isWhole } of local.findRange()) {
    records++;
    checksums = (checksums + checksum) >>> 0;
    if (!isWhole) return `its note ${printable(segments(key).join(" "))} is not what was written`;
  }
  const kept = local.sum();
  if (!kept) return undefined;
  if (!kept.found) return "what it has kept of the number of its notes is missing or changed";
  if (kept.found.records !== records)
    return `it has ${records} notes where ${kept.found.records} were written`;
  return kept.found.checksums === undefined || kept.found.checksums === checksums
    ? undefined
    : "some of its notes are back in an older form";
}
