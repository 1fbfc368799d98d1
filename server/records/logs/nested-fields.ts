// The fields that are made of nested values. Each has the names of all that it lies in before its own: a long one before many would
// come to thousands of times what was sent, so the names are bounded, too.

const MOST_FIELDS = 10_000;
/** The characters of all names. */
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
