// A log's field holds a text, and nothing else.

/** What is wrong with a value that is none. */
export function notText(value: unknown): string {
  if (value === null) return 'must be a string: write "", or leave it out';
  if (typeof value === "object") return "must be a string: write the JSON of it in quotes";
  return `must be a string: write "${String(value)}"`;
}
