// Keeps the answers of reads until the next commit. Reading the number of the last commit takes a tenth of the time of looking
// up a token.

import type { Question } from "../../storage/database.js";
import { KeptAnswers } from "../../storage/kept-answers.js";
import type { Environment } from "./environment.js";
import { lastTransactionId } from "./last-commit.js";
import { readOnce } from "./versioned-read.js";

/** Kept answers by environment. After a compaction the database has another file, whose commits have other numbers. */
const kept = new WeakMap<Environment, KeptAnswers>();

/**
 * Gives a kept answer, or reads one. The number of a commit shows before readers see that commit. So an answer is kept only if
 * it is proven to be of the commit with that number, and used only while no other commit shows.
 * @throws DATABASE_DAMAGED, DATABASE_UNAVAILABLE, and what `look` throws
 */
export function readKept<T>(environment: Environment, { name, look }: Question<T>): T {
  let answers = kept.get(environment);
  if (answers === undefined) {
    answers = new KeptAnswers();
    kept.set(environment, answers);
  }
  const found = answers.find(name, environment.root, lastTransactionId(environment));
  if (found !== undefined) return found as T;
  const { result, version } = readOnce(environment, look);
  if (version === undefined || result === undefined) return result;
  answers.find(name, environment.root, version);
  answers.keep(name, result);
  return result;
}
