// Verifies all files of some backups, one after the other, and goes on after a bad one. It also checks that the files of each
// backup belong together.

import { mixedSets } from "../server/operations/restore/set-plan.js";
import type { DatabaseKind } from "../server/records/kinds.js";
import type { VerifyReport } from "../server/records/reports.js";
import type { Administration, Watch } from "./administration.js";
import { type FoundSet, manifestProblems, setsAt } from "./backup-sets.js";
import { CliError, type Failure, failureOf } from "./failure.js";
import type { Input } from "./input/input.js";
import { withPackedBackup } from "./piped-backup.js";
import { missingDatabases } from "./snapshot-notes.js";

export interface CheckedSet {
  path: string;
  /** The files that passed. */
  files: VerifyReport[];
  /** The files that failed. */
  bad: { path: string; failure: Failure; error: unknown }[];
  /** What is wrong with the set as a whole. */
  problems: string[];
  /** Problems of the set that are allowed, and remarks. */
  notes: string[];
}

export interface Allowed {
  /** Files of several instants. */
  mixed: boolean;
  /** Files of some databases only. */
  partial: boolean;
}

export const isGood = ({ bad, problems }: CheckedSet): boolean =>
  bad.length === 0 && problems.length === 0;

/** @throws CANCELLED, and errors that aren't about a file */
export async function checkSets(
  administration: Pick<Administration, "verify">,
  paths: readonly string[],
  { allowed, input, ...watch }: Watch & { allowed: Allowed; input: Input },
): Promise<CheckedSet[]> {
  const check = (set: FoundSet) => checkSet(administration, set, watch, allowed);
  const unpacked = async (directory: string) => check((await setsAt(directory))[0] as FoundSet);
  const checked: CheckedSet[] = [];
  for (const path of paths) {
    const sets = await orBad(path, () => setsAt(path));
    for (const set of sets) {
      if ("bad" in set) checked.push(set);
      else if (!set.isPacked) checked.push(await check(set));
      else {
        const unpacking = () => withPackedBackup(set.path, input, unpacked);
        checked.push(...(await orBad(set.path, async () => [await unpacking()])));
      }
    }
  }
  return checked;
}

/** Counts a path that can't be read as one bad file. */
async function orBad<T>(path: string, look: () => Promise<T[]>): Promise<(T | CheckedSet)[]> {
  return await look().catch((error: unknown) => [
    { path, files: [], bad: [badFile(path, error)], problems: [], notes: [] },
  ]);
}

async function checkSet(
  administration: Pick<Administration, "verify">,
  set: FoundSet,
  watch: Watch,
  allowed: Allowed,
): Promise<CheckedSet> {
  const checked: CheckedSet = { path: set.path, files: [], bad: [], problems: [], notes: [] };
  const { files, bad, problems, notes } = checked;
  const databases: { database: DatabaseKind; path: string }[] = [];
  for (const { path, kind } of set.files) {
    if (kind) databases.push({ database: kind, path });
    try {
      files.push(...(await administration.verify(path, { ...watch, expected: kind })));
    } catch (error) {
      bad.push(badFile(path, error));
    }
  }
  if (!set.isDirectory) return checked;
  notes.push(...set.notes);
  (allowed.mixed ? notes : problems).push(
    ...mixedSets(files).map((sentence) => `${set.path}: ${sentence}`),
  );
  (allowed.partial ? notes : problems).push(...missingDatabases(databases, set.path));
  if (!allowed.mixed) problems.push(...(await manifestProblems(set, files)));
  return checked;
}

/** Codes of errors that are about a file. */
const ABOUT_FILES = /^(SNAPSHOT_|FILE_UNAVAILABLE$|INPUT_INVALID$)/;

const DAMAGED = /^SNAPSHOT_(TRUNCATED|CORRUPT)$/;

function badFile(path: string, error: unknown): CheckedSet["bad"][number] {
  const failure = failureOf(error);
  if (!ABOUT_FILES.test(failure.code)) throw error;
  return { path, failure, error };
}

/**
 * The error of a command if any file or set is bad. If one of them is a broken snapshot, it has that code.
 * @param the word for the parts of a set
 */
export function failureOfSets(sets: readonly CheckedSet[], what = "files"): unknown {
  const bad = sets.flatMap((set) => set.bad);
  const problems = sets.flatMap((set) => set.problems);
  const [first, ...others] = bad;
  if (first === undefined && problems.length === 0) return undefined;
  if (first && others.length === 0 && problems.length === 0) {
    const set = sets.find((one) => one.bad.includes(first));
    return DAMAGED.test(first.failure.code) && set && set.files.length > 0
      ? new CliError(
          first.failure.code,
          first.failure.message,
          "restore from an older backup; the other files of this one are sound",
        )
      : first.error;
  }
  const files = sets.reduce((sum, set) => sum + set.files.length, bad.length);
  const parts = [
    ...(bad.length > 0
      ? [`${bad.length} of ${files} ${what} ${bad.length === 1 ? "is" : "are"} bad`]
      : []),
    ...(problems.length > 0 ? problems : []),
  ];
  const isBroken = problems.length > 0 || bad.some(({ failure }) => failure.exitCode === 3);
  const hint =
    problems.length > 0
      ? "make the backup again; a set that is meant to be so passes with --allow-mixed or --allow-partial"
      : "the lines above say what is wrong with each";
  return new CliError(
    isBroken ? "SNAPSHOT_CORRUPT" : (first?.failure.code ?? "FILE_UNAVAILABLE"),
    parts.join("; "),
    hint,
  );
}
