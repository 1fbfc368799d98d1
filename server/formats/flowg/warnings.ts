// Gathers the warnings of an import, as sentences. It counts things of one kind instead of listing them.

import { printable } from "../../records/records.js";

const MAX_WARNINGS = 20;
const MAX_EXAMPLES = 3;

/** Makes the sentence for `count` things of a kind; `examples` is `"a", "b", …`. */
export type Sentence = (count: number, examples: string) => string;

interface Tally {
  count: number;
  examples: string[];
  /** Whether there are other examples than these. */
  hasMore: boolean;
}

export class Warnings {
  readonly #single: string[] = [];
  #singles = 0;
  readonly #tallies = new Map<Sentence, Tally>();

  add(sentence: string): void {
    this.#singles++;
    if (this.#single.length < MAX_WARNINGS) this.#single.push(sentence);
  }

  /** Counts one more thing of a kind, or several: each kind is one function, made once. */
  tally(sentence: Sentence, example: string, count = 1): void {
    let tally = this.#tallies.get(sentence);
    if (!tally) {
      tally = { count: 0, examples: [], hasMore: false };
      this.#tallies.set(sentence, tally);
    }
    tally.count += count;
    if (tally.examples.includes(example)) return;
    if (tally.examples.length < MAX_EXAMPLES) tally.examples.push(example);
    else tally.hasMore = true;
  }

  /** At most 20 sentences, and one more with the number of the others. */
  list(): string[] {
    const tallied = [...this.#tallies].map(([sentence, { count, examples, hasMore }]) => {
      const shown = examples.map((example) => `"${printable(example)}"`).join(", ");
      return sentence(count, hasMore ? `${shown}, …` : shown);
    });
    const all = [...tallied, ...this.#single];
    const total = tallied.length + this.#singles;
    if (total <= MAX_WARNINGS) return all;
    return [...all.slice(0, MAX_WARNINGS), `And ${total - MAX_WARNINGS} more warnings.`];
  }
}
