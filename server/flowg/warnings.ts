// What a person should know about an import, as sentences. Things of one kind are counted, not listed.

import { printable } from "../database/records.js";

const MAX_WARNINGS = 20;
const MAX_EXAMPLES = 3;

/** Makes the sentence for `count` things of a kind; `examples` is `"a", "b", …`. */
export type Sentence = (count: number, examples: string) => string;

export class Warnings {
  readonly #single: string[] = [];
  #singles = 0;
  readonly #tallies = new Map<Sentence, { count: number; examples: string[] }>();

  add(sentence: string): void {
    this.#singles++;
    if (this.#single.length < MAX_WARNINGS) this.#single.push(sentence);
  }

  /** Counts one more thing of a kind: each kind is one function, made once. */
  tally(sentence: Sentence, example: string): void {
    let tally = this.#tallies.get(sentence);
    if (!tally) {
      tally = { count: 0, examples: [] };
      this.#tallies.set(sentence, tally);
    }
    tally.count++;
    if (tally.examples.length < MAX_EXAMPLES && !tally.examples.includes(example)) {
      tally.examples.push(example);
    }
  }

  /** At most 20 sentences, and one that counts the others. */
  list(): string[] {
    const tallied = [...this.#tallies].map(([sentence, { count, examples }]) => {
      const shown = examples.map((example) => `"${printable(example)}"`).join(", ");
      return sentence(count, count > examples.length ? `${shown}, …` : shown);
    });
    const all = [...tallied, ...this.#single];
    const total = tallied.length + this.#singles;
    if (total <= MAX_WARNINGS) return all;
    return [...all.slice(0, MAX_WARNINGS), `And ${total - MAX_WARNINGS} more warnings.`];
  }
}

/** `1 entry`, `2 entries` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}
