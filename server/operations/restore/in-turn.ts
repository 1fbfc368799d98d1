// Restores several databases, one after the other, with the same mark in all. The mark tells a restore that was cut between two
// databases from a complete one.

import { randomUUID } from "node:crypto";
import { FlowgError } from "../../platform/errors.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { Database } from "../../storage/database.js";
import { nextOrder, type RestoreNote } from "../../storage/notes/restore-history.js";
import { type RestoreMark, readMark, writeMark } from "../../storage/notes/restore-mark.js";
import { doneWord, howFar, howToComplete, howToRunAgain, type SetRun } from "./set-plan.js";

export interface NewRun {
  /** Whether the run restores only a part. */
  isPart: boolean;
  /** The notes of restores in all databases, also in those that this run doesn't restore. */
  notes: Iterable<readonly RestoreNote[]>;
}

/** Makes the mark of a run that will restore these databases. */
export const newMark = (of: DatabaseKind[], { isPart, notes }: NewRun): RestoreMark => ({
  run: randomUUID(),
  at: new Date().toISOString(),
  order: nextOrder(notes),
  of,
  ...(isPart && { part: true }),
});

export interface Turn extends SetRun {
  dryRun: boolean;
  /** Sentences for the message of an error: what was done before. */
  kept?: readonly string[];
}

/**
 * Restores databases, or takes restores back, in the given order.
 * @param restore gets whether a database has changed already
 * @throws what `restore` throws; unless this is a dry run, the message and `details` say what was done by then and what was not
 */
export async function restoreInTurn<Source, Report extends { database: DatabaseKind }>(
  sources: readonly (readonly [DatabaseKind, Source])[],
  { dryRun, kept = [], ...run }: Turn,
  restore: (source: readonly [DatabaseKind, Source], isChanged: boolean) => Promise<Report>,
): Promise<Report[]> {
  const done: Report[] = [];
  for (const source of sources) {
    const report = await restore(source, !dryRun && done.length > 0).catch((error: unknown) => {
      if (dryRun || !(error instanceof FlowgError)) throw error;
      const restored = done.map(({ database }) => database);
      const { text, details } = howFar(restored, run);
      throw new FlowgError(error.code, [error.message, text, ...kept].join("; "), {
        hint: restored.length === 0 ? error.hint : howToComplete(error.code, run),
        details: { ...error.details, ...details },
        cause: error,
      });
    });
    done.push(report);
  }
  return done;
}

/**
 * Notes in all databases that a restore or an undo is complete. If that fails, the run counts as failed, although all its work
 * is done: otherwise the next run and the next backup would speak of a restore that was cut.
 * @throws CONFLICT if another restore came in between: then the databases may be of different backups
 */
export async function markComplete(mark: RestoreMark, databases: MarkedDatabases): Promise<void> {
  try {
    await markAllComplete(mark, databases);
  } catch (error) {
    if (!(error instanceof FlowgError)) throw error;
    const { code, message, details, hint } = error;
    const restored = [...mark.of];
    const howFar = { ...details, restored, notRestored: [] };
    const done = `${doneWord(mark)}: ${restored.join(", ")}`;
    if (code === "CONFLICT") {
      const text = `${message}; ${done}`;
      throw new FlowgError(code, text, { hint, details: howFar, cause: error });
    }
    const what = mark.undoes === undefined ? "restore" : "undo";
    const text = `${message}; ${done}; only the note that the ${what} is complete is missing`;
    throw new FlowgError(code, text, {
      hint: `check the disk and its free space, and ${howToRunAgain(mark)}: then the next backup knows that it may replace an older one`,
      details: howFar,
      cause: error,
    });
  }
}

export interface MarkedDatabases {
  use(
    kind: DatabaseKind,
    mode: "read" | "write",
    work: (database: Database) => Promise<void>,
  ): Promise<void>;
  /** The path of a database for messages; empty where the user must not learn it. */
  where(kind: DatabaseKind): string;
}

async function markAllComplete(mark: RestoreMark, { use, where }: MarkedDatabases): Promise<void> {
  const demandSame = (kind: DatabaseKind, found: RestoreMark | undefined) => {
    if (found?.run !== mark.run) throw overtaken(mark, kind, where(kind));
  };
  // looks at all before it marks the first: as long as none is marked, the next run and the next backup notice
  for (const kind of mark.of) {
    await use(kind, "read", async (database) => demandSame(kind, await database.read(readMark)));
  }
  for (const kind of mark.of) {
    await use(kind, "write", (database) =>
      database.change((changes) => {
        demandSame(kind, readMark(changes));
        writeMark(changes, { ...mark, complete: true });
      }),
    );
  }
}

function overtaken({ undoes }: RestoreMark, kind: DatabaseKind, where: string): FlowgError {
  if (undoes !== undefined) {
    return new FlowgError(
      "CONFLICT",
      `another undo or restore has changed the ${kind} database${where} meanwhile`,
      {
        hint: `undo ${undoes} again, alone, to complete it: flowg admin history tells what became of the two`,
      },
    );
  }
  return new FlowgError(
    "CONFLICT",
    `another restore has changed the ${kind} database${where} meanwhile: the databases may be of different backups`,
    { hint: "run one of the two again, alone" },
  );
}
