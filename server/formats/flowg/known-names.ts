// Finds the names that a key can begin with. Names and keys are joined by `:`, which names may hold, too, so a key of many
// colons has many readings. One walk over its bytes tries them all: it keeps a hash of the bytes so far, and looks it up at
// each separator.

import { randomInt } from "node:crypto";

/** A prime below 2^31, so that all products of the walk are exact in a double. */
const MODULUS = 2_147_483_647;

export class KnownNames<Value> {
  /** How many bytes were walked over. A test of the costs reads it. */
  steps = 0;
  /** Random, so that the maker of a file can't choose names with the same hash. */
  readonly #base = randomInt(2 ** 16, 2 ** 21);
  readonly #byNumber = new Map<number, string[]>();
  readonly #values = new Map<string, Value>();
  #longest = 0;

  get size(): number {
    return this.#values.size;
  }

  get(name: string): Value | undefined {
    return this.#values.get(name);
  }

  set(name: string, value: Value): void {
    if (!this.#values.has(name)) {
      const number = this.#number(name);
      const others = this.#byNumber.get(number);
      if (others) others.push(name);
      else this.#byNumber.set(number, [name]);
      this.#longest = Math.max(this.#longest, name.length);
    }
    this.#values.set(name, value);
  }

  [Symbol.iterator](): IterableIterator<[string, Value]> {
    return this.#values.entries();
  }

  /**
   * The known names that `text` begins with, followed by a separator, the longest first.
   * @param text Latin-1
   * @param separator stands for `:` in it
   */
  *beginnings(text: string, separator: string): Generator<string> {
    const ends: { end: number; names: string[] }[] = [];
    const reach = Math.min(this.#longest, text.length - 1);
    let number = 0;
    for (let i = 0; i <= reach; i++) {
      this.steps++;
      const isSeparator = text[i] === separator;
      if (isSeparator) {
        const names = this.#byNumber.get(number);
        if (names) ends.push({ end: i, names });
      }
      number = this.#next(number, isSeparator ? COLON : text.charCodeAt(i));
    }
    for (const { end, names } of ends.reverse()) {
      const name = text.slice(0, end).replaceAll(separator, ":");
      if (names.includes(name)) yield name;
    }
  }

  #number(name: string): number {
    let number = 0;
    for (let i = 0; i < name.length; i++) number = this.#next(number, name.charCodeAt(i));
    return number;
  }

  #next(number: number, byte: number): number {
    return (number * this.#base + byte + 1) % MODULUS;
  }
}

const COLON = 0x3a;
