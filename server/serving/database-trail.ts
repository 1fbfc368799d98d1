// Logs the state of the databases: cut restores, new or lost directories, upgrades, failed flushes.

import type { Logger } from "pino";
import type { DatabaseKind } from "../records/kinds.js";
import type { Database, PlaceState } from "../storage/database.js";
import type { Durability, OnUpgrade } from "../storage/engine.js";
import { readMadeAt } from "../storage/notes/made-at.js";
import {
  cutRuns,
  isMarkDamaged,
  knownMark,
  type RestoreMark,
} from "../storage/notes/restore-mark.js";
import { placeProblem, REPLACED_HINT } from "../storage/place-problem.js";

/** Milliseconds between two lines of the log about an upgrade. */
const UPGRADE_TOLD_MS = 5_000;

/** Warns of restores that were cut. */
export async function noteCutRuns(databases: readonly Database[], log: Logger): Promise<void> {
  const marks = new Map<DatabaseKind, RestoreMark | undefined>();
  for (const database of databases) {
    marks.set(database.kind, await database.read(knownMark));
    if (await database.read(isMarkDamaged))
      log.warn(
        { database: database.kind },
        `the ${database.kind} database's note of its last restore is not what was written: whether that was cut can't be told. ` +
          "Check the disk and the memory",
      );
  }
  for (const note of cutRuns(marks)) log.warn(`${note}: run it again to complete it`);
}

/** Warns of a new database beside filled ones: its directory may have been lost, or be the wrong one. */
export async function noteNewDatabases(
  databases: readonly Database[],
  startedAt: string,
  log: Logger,
): Promise<void> {
  const looks = databases.map((database) =>
    database.read((instant) => ({
      kind: database.kind,
      dir: database.dir,
      isNew: (readMadeAt(instant) ?? "") >= startedAt,
      isEmpty: instant.records.count({ limit: 1 }) === 0,
    })),
  );
  const found = await Promise.all(looks);
  const filled = found.filter(({ isNew, isEmpty }) => !isNew && !isEmpty);
  if (filled.length === 0) return;
  const others = filled.map(({ kind }) => kind).join(" and ");
  for (const { kind, dir } of found.filter(({ isNew }) => isNew)) {
    log.warn(
      { database: kind },
      `A NEW, EMPTY ${kind} DATABASE WAS MADE IN ${dir}, though ${others} hold data. ` +
        `If it was lost: stop, and restore it (flowg admin restore --only ${kind})`,
    );
  }
}

/** Logs that a database's directory was replaced or is back, once for each change. */
export function tellPlaceChange(
  log: Logger,
  { kind, dir }: Pick<Database, "kind" | "dir">,
  state: PlaceState,
): void {
  const problem = placeProblem(kind, state);
  const facts = { database: kind, dir };
  if (problem === undefined) log.warn(facts, `the files of the ${kind} database are back`);
  else {
    log.error(
      facts,
      `${problem}. It takes no writes, backups and restores from now on: ${REPLACED_HINT}`,
    );
  }
}

/** Logs what a power cut may cost, if the durability is lower than usual. */
export function tellDurability(log: Logger, durability: Durability | undefined): void {
  if (durability === "committed")
    log.info(
      { durability },
      "logs are answered once they are committed: if the power fails, those of the last second may be lost",
    );
}

/** Logs that a database can't be flushed, and later that it can again. */
export function tellUnflushed(
  log: Logger,
  { kind }: Pick<Database, "kind">,
  error?: unknown,
): void {
  const facts = { database: kind };
  if (error === undefined) log.info(facts, `the ${kind} database is on the disk again`);
  else
    log.error(
      { ...facts, err: error },
      `the ${kind} database can't be flushed: what was answered is lost if the power fails now. Check the disk`,
    );
}

/** Logs the progress of an upgrade now and then. The server does nothing else meanwhile. */
export function telling(log: Logger): OnUpgrade {
  let told = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const { kind, from, to, records, totalRecords } = progress;
    const isDone = records === totalRecords;
    if (!isDone && performance.now() - told < UPGRADE_TOLD_MS) return;
    told = performance.now();
    log.info(progress, `bringing the ${kind} database from schema ${from} to ${to}`);
  };
}
