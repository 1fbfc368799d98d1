// The errors of a database whose bytes are not what was written.

import { FlowgError } from "../platform/errors.js";
import type { DatabaseKind } from "./kinds.js";
import { recordName } from "./record-name.js";

/** The error for one damaged record that was asked for. */
export function damagedRecord(kind: DatabaseKind, key: Uint8Array): FlowgError {
  const name = recordName(key);
  return new FlowgError(
    "DATABASE_DAMAGED",
    `the ${kind} database is damaged: ${name} is not what was written`,
    {
      hint: "its disk or memory has changed it: check both, and restore the record from a backup, save it anew, or delete it",
      details: { database: kind, damaged: 1, items: [name] },
    },
  );
}

/** The error for a damaged database as a whole, or for damage outside its records. */
export function damagedDatabase(
  { kind, dir }: { kind: DatabaseKind; dir: string },
  problem: string,
): FlowgError {
  return new FlowgError(
    "DATABASE_DAMAGED",
    `the ${kind} database in ${dir} is damaged: ${problem}`,
    {
      hint:
        "its disk or memory has changed it: check both, and move its directory away, or let " +
        "`flowg admin restore --replace-damaged` do so, and restore a backup into a new one",
      details: { database: kind },
    },
  );
}
