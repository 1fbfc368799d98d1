// Finds out what keeps scripts from running. That takes an interpreter, which answers later, where warnings come from one look
// at the configuration. So a look notes the scripts that it meets, these are tried, and the look is taken once more.

export interface ScriptProblems {
  knows(script: string): boolean;
  /** What keeps a known script from running; undefined if nothing does, or if it couldn't be tried. */
  problemOf(script: string): string | undefined;
  /** Tries scripts. Afterwards they are known. */
  learn(scripts: Iterable<string>): Promise<void>;
  /** A sentence about scripts that weren't tried; undefined if all were. */
  readonly untried: string | undefined;
}

/** The same for people who may not read scripts, since a problem can quote one. */
export const withoutQuotes = (problems: ScriptProblems): ScriptProblems => ({
  knows: (script) => problems.knows(script),
  problemOf: (script) =>
    problems.problemOf(script) === undefined ? undefined : "a user who may read it sees why",
  learn: (scripts) => problems.learn(scripts),
  get untried() {
    return problems.untried;
  },
});

/** Says what is known to keep a script from running. */
export type ProblemOf = (script: string) => string | undefined;

/**
 * Looks until all scripts that the look asked for are known.
 * @param problems absent: scripts count as running
 */
export async function withProblems<T>(
  problems: ScriptProblems | undefined,
  look: (problemOf: ProblemOf | undefined) => T | Promise<T>,
): Promise<T> {
  if (problems === undefined) return await look(undefined);
  for (;;) {
    const unknown = new Set<string>();
    const found = await look((script) => {
      if (problems.knows(script)) return problems.problemOf(script);
      unknown.add(script);
      return undefined;
    });
    if (unknown.size === 0) return found;
    await problems.learn(unknown);
  }
}
