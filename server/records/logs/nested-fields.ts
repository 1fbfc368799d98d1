// Makes fields of nested values. Each field's name begins with the names of all that it lies in. One long name before many
// fields could take thousands of times the bytes that were sent, so the sum of all names is bounded.

const MOST_FIELDS = 10_000;
/** The most characters of all names together. */
const MOST_NAMES = 16 * 1024 * 1024;

export class FieldsTooLarge extends RangeError {}

export class NestedFields {
  readonly pairs: [string, string][] = [];
  #names = 0;

  /** @throws FieldsTooLarge */
  add(name: string, value: string): void {
    this.#names += name.length;
    if (this.#names > MOST_NAMES)
      throw new FieldsTooLarge(`has names of more than ${MOST_NAMES} characters together`);
    if (this.pairs.push([name, value]) > MOST_FIELDS)
      throw new FieldsTooLarge(`has more than ${MOST_FIELDS} fields`);
  }
}
