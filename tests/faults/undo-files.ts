// An undo file must be there whenever its restore's state is. Where that isn't, the file may stay only until the next run.

import type { Part, Parts } from "./judge.js";
import type { Seen, SeenUndo } from "./look.js";

export interface Expected {
  before: Seen;
  after: Seen;
  /** What became of each part of the result; only those that are databases count. */
  parts: Parts;
}

/** @returns what is wrong, or nothing */
export function undoFaults(seen: Seen, { before, after, parts }: Expected): string[] {
  const wrong: string[] = [];
  for (const [name, undo] of Object.entries(seen.undo)) {
    const kept = keptIn(undo);
    if (typeof undo === "string") wrong.push(`what takes a restore of ${name} back: ${undo}`);
    const expected: Record<Part, number | undefined> = {
      old: keptIn(before.undo[name]),
      new: keptIn(after.undo[name]),
    };
    const { [parts[name] ?? ""]: number } = expected;
    if (number !== undefined && kept !== number)
      wrong.push(`${name} is ${parts[name]} with ${kept} undo files in place of ${number}`);
  }
  return wrong;
}

export const orphansIn = ({ undo }: Seen): number =>
  Object.values(undo).reduce((sum, seen) => sum + (typeof seen === "string" ? 0 : seen.orphans), 0);

const keptIn = (undo: SeenUndo | string | undefined): number =>
  typeof undo === "object" ? undo.kept : 0;
