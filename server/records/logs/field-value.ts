// The rule that a log's field holds a text.

/** Says what is wrong with a value that isn't a text. */
export function notText(value: unknown): string {
  if (value === null) return 'must be a string: write "", or leave it out';
  if (typeof value === "object") return "must be a string: write the JSON of it in quotes";
  return `must be a string: write "${String(value)}"`;
}
