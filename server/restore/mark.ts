// What a restore leaves behind in each database, in the transaction that changed it: which run it was, and
// which databases that run was to change. So the next run can tell that an earlier one was cut between two.

import type { DatabaseKind } from "../database/kinds.js";
import type { Database } from "../database/open.js";

const KEY = Buffer.from("restore");

export interface RestoreMark {
  /** UUID of the run. */
  run: string;
  /** When it began, RFC 3339. */
  at: string;
  /** All databases that the run was to change, in order. */
  of: DatabaseKind[];
  /** Set in each of them once all are done. */
  complete?: true;
}

/** Only inside a write transaction. */
export function writeMark(database: Pick<Database, "local">, mark: RestoreMark): void {
  database.local.putSync(KEY, Buffer.from(JSON.stringify(mark)));
}

export function readMark(database: Pick<Database, "local">): RestoreMark | undefined {
  const bytes = database.local.get(KEY);
  return bytes ? (JSON.parse(bytes.toString()) as RestoreMark) : undefined;
}

/**
 * A sentence for each earlier run that was cut, from the marks of the databases at hand.
 * @param marks of all databases; undefined where there is no mark or no database
 */
export function cutRuns(marks: ReadonlyMap<DatabaseKind, RestoreMark | undefined>): string[] {
  const notes = new Map<string, string>();
  for (const mark of marks.values()) {
    if (!mark || mark.complete || notes.has(mark.run)) continue;
    // a later run of all has overwritten its mark where it got that far
    const done = mark.of.filter((kind) => marks.get(kind)?.run === mark.run);
    const open = mark.of.filter((kind) => {
      const other = marks.get(kind);
      return other?.run !== mark.run && !(other && other.at > mark.at);
    });
    if (open.length > 0) {
      notes.set(
        mark.run,
        `an earlier restore (begun ${mark.at}) was cut: it had done ${done.join(", ")}, but not ${open.join(", ")}`,
      );
    }
  }
  return [...notes.values()];
}
