// The errors of a snapshot that can't be used, one function for each. They name offset and block where they can.

import { FlowgError } from "../../platform/errors.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { UndoHeader } from "./header.js";

/** A place in the file: byte offset from its start, and the number of the block from 1 (0: the header). */
export interface Position {
  offset: number;
  block: number;
}

const at = ({ offset, block }: Position) =>
  `byte ${offset.toLocaleString("en-US")}${block > 0 ? `, block ${block}` : ""}`;

/** The file ends before its seal, so it isn't a snapshot. */
export function truncated(position: Position, where: string): FlowgError {
  return new FlowgError(
    "SNAPSHOT_TRUNCATED",
    `the snapshot is cut short: it ends at ${at(position)}, ${where}`,
    {
      hint: "make it or download it again; a part of it can't be restored",
      details: { ...position },
    },
  );
}

/** A byte is not what was written. */
export function corrupt(position: Position, problem: string): FlowgError {
  return new FlowgError(
    "SNAPSHOT_CORRUPT",
    `the snapshot is damaged at ${at(position)}: ${problem}`,
    {
      hint: "take another copy of it; nothing of this one is used",
      details: { ...position },
    },
  );
}

export function unsupported(what: string): FlowgError {
  return new FlowgError("SNAPSHOT_UNSUPPORTED", `this version of flowg can't read it: ${what}`, {
    hint: "use the version of flowg that wrote it, or a later one",
  });
}

export function wrongDatabase(found: DatabaseKind, expected: DatabaseKind): FlowgError {
  return new FlowgError(
    "SNAPSHOT_WRONG_DATABASE",
    `it is a snapshot of the ${found} database, not of ${expected}`,
    { hint: `give it where the ${found} database is restored`, details: { found, expected } },
  );
}

/** The file is sound, but only a part of a snapshot. Restoring it would lose the rest. */
export function isSegment(database: DatabaseKind): FlowgError {
  return new FlowgError(
    "SNAPSHOT_UNRECOGNIZED",
    `it is a segment of a repository: a part of a snapshot of the ${database} database, not a whole one`,
    { hint: "restore the snapshot from its repository: flowg admin restore --repository" },
  );
}

/** The file is a snapshot where a segment is needed. */
export function noSegment(database: DatabaseKind): FlowgError {
  return new FlowgError(
    "SNAPSHOT_UNRECOGNIZED",
    `it is a whole snapshot of the ${database} database, not a segment of a repository`,
  );
}

/** The file is sound, but holds only what one restore has changed. */
export function isUndoFile({ database, setId, createdAt }: UndoHeader): FlowgError {
  return new FlowgError(
    "SNAPSHOT_UNRECOGNIZED",
    `it is the undo file of a restore of the ${database} database, of ${createdAt}, not a snapshot`,
    { hint: `take that restore back with: flowg admin undo ${setId}` },
  );
}

/** The file isn't an undo file, where one is needed. */
export const noUndoFile = (): FlowgError =>
  new FlowgError("SNAPSHOT_UNRECOGNIZED", "it is not the undo file of a restore");

/** @param cause what the changed bytes have led to */
export const changedMeanwhile = (cause?: unknown): FlowgError =>
  new FlowgError("SNAPSHOT_CORRUPT", "the snapshot was changed after it was verified", {
    cause,
    hint: "let nothing write to it during a restore, and run it again",
  });
