// Notes the restores that have changed a database. Each restore writes a note into the local table, in its own transaction. The
// notes tell who has restored what, and which undo files belong to a restore that never came to its end.

import { key, segments, under } from "../../records/keys.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { CountsByKind, RestoreMode } from "../../records/reports.js";
import type { Instant, SideTables } from "../tables.js";

/** The most restores that a database remembers. The oldest go. */
export const RESTORES_KEPT = 100;

/** The facts of a restore that are known before it begins. */
export interface RestoreFacts {
  /** The user of a server, or the account of the machine. */
  by: string;
  /** `undo`: it took back another one. */
  mode: RestoreMode | "undo";
  /** The source, by the name that the caller used. */
  source?: string;
  /** The snapshot's id; FlowG's own files have none. */
  setId?: string;
  createdAt?: string;
  /** The selected parts, if not all of it was restored. */
  selected?: string[];
  /** The run that it took back. */
  undoes?: string;
  /** The name of the file that takes it back; absent where none was wanted. */
  undoFile?: string;
}

export interface RestoreNote extends RestoreFacts {
  run: string;
  /** When the run began, RFC 3339, by a clock that may have been set back since. */
  at: string;
  /** A number above that of every earlier run in the notes of these databases. Notes of earlier versions lack it. */
  order?: number;
  /** All databases of the run. */
  of: DatabaseKind[];
  /** What changed. */
  kinds: CountsByKind;
}

/** Only inside a write transaction. */
export function noteRestore({ local }: Pick<SideTables, "local">, note: RestoreNote): void {
  const keys = [...local.keys(under("restored"))];
  const last = keys.at(-1);
  const number = last === undefined ? 0 : Number(segments(last)[1]) + 1;
  local.put(key("restored", String(number).padStart(16, "0")), Buffer.from(JSON.stringify(note)));
  for (const old of keys.slice(0, Math.max(0, keys.length + 1 - RESTORES_KEPT))) local.remove(old);
}

/** The order of a run that begins now. @param notes of all databases */
export const nextOrder = (notes: Iterable<readonly RestoreNote[]>): number =>
  [...notes].flat().reduce((last, { order = 0 }) => Math.max(last, order), 0) + 1;

/** The undo files that the notes name; undefined where a note is damaged, because its file can't be known. */
export function undoFilesNoted({ local }: Pick<Instant, "local">): Set<string> | undefined {
  const isDamaged = [...local.findRange(under("restored"))].some(({ isWhole }) => !isWhole);
  return isDamaged
    ? undefined
    : new Set(restoreNotes({ local }).flatMap(({ undoFile = [] }) => undoFile));
}

/** The notes, oldest first. A damaged one is left out. */
export function restoreNotes({ local }: Pick<Instant, "local">): RestoreNote[] {
  return [...local.findRange(under("restored"))].flatMap(({ value, isWhole }) =>
    isWhole ? [JSON.parse(value.toString()) as RestoreNote] : [],
  );
}
