// Refuses unknown options. Without types, a misspelt `dryRun` would be a real restore.

import { InputError } from "./errors.js";

/**
 * @param known the names there are
 * @throws InputError
 */
export function demandKnown(options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new InputError(`there is no option ${JSON.stringify(unknown)}`, {
    hint: `the options are ${known.join(", ")}`,
  });
}

/** All keys of `T`, or it doesn't compile. */
export const namesOf = <T>(names: Record<keyof T, true>): readonly string[] => Object.keys(names);
