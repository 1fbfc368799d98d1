// Chooses the faults that a run tries: a spread of them, unless it is asked for more. FLOWG_FAULTS is `all`, or a pattern of
// `SCENARIO: FAULT` (`compaction: (sync|write)`); FLOWG_FAULTS_SHARE=2/8 is the second of eight shares of what it names: all of
// them take hours, and each share has faults of every kind and of all parts of a run.

import { type Planned, spread } from "./plan.js";

const { FLOWG_FAULTS: PATTERN, FLOWG_FAULTS_SHARE: SHARE } = process.env;

/** Whether more than a spread is tried. */
export const areMany = PATTERN !== undefined;

/** @param count how many make a spread */
export function chosenOf(scenario: string, faults: readonly Planned[], count: number): Planned[] {
  if (PATTERN === undefined) return spread(faults, count);
  const pattern = PATTERN === "all" ? /^/ : new RegExp(PATTERN);
  const [share, of] = shareOf(SHARE ?? "1/1");
  const matching = faults.filter(({ name }) => pattern.test(`${scenario}: ${name}`));
  return matching.filter((_, n) => n % of === share - 1);
}

function shareOf(text: string): [share: number, of: number] {
  const [, share, of] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (share && of && share <= of) return [share, of];
  throw new Error(`FLOWG_FAULTS_SHARE is ${text}, and not, say, 2/8`);
}

/** Says what is wrong at once, and now and then how far it is. */
export class Told {
  readonly wrong: string[] = [];
  #done = 0;
  readonly #start = performance.now();

  constructor(
    private readonly scenario: string,
    private readonly count: number,
  ) {}

  one(wrong: readonly string[]): void {
    this.wrong.push(...wrong);
    this.#done++;
    if (!areMany) return;
    for (const text of wrong) process.stderr.write(`${this.scenario}: ${text}\n`);
    if (this.#done % 100 !== 0 && this.#done !== this.count) return;
    const seconds = Math.round((performance.now() - this.#start) / 1000);
    process.stderr.write(
      `${this.scenario}: ${this.#done} of ${this.count} faults tried in ${seconds} s, ${this.wrong.length} wrong\n`,
    );
  }
}
