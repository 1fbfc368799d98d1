// Looks at the bytes of a stored entry before it is decoded, because decoding takes most of the time of a query without an
// index. It rules out most entries that can't pass a filter: those that hold none of the texts that one must have.

import type { Filter } from "./filter.js";
import { coveringTerms } from "./filter-terms.js";

const BACKSLASH = 0x5c;
/** The most texts to search for. More searches would take as long as decoding. */
const MOST_TEXTS = 4;

/**
 * @returns whether an entry with this value, JSON, may pass the filter; undefined where only decoding tells
 */
export function quickLook(filter: Filter): ((json: Buffer) => boolean) | undefined {
  const terms = coveringTerms(filter, () => true);
  if (terms === undefined) return undefined;
  const values = [...new Set(terms.map(({ value }) => value))];
  // bytes that aren't UTF-8 are read as U+FFFD
  if (values.length > MOST_TEXTS || values.some((value) => value.includes("\ufffd")))
    return undefined;
  const texts = values
    .map((value) => JSON.stringify(value))
    .filter((text) => !text.includes("\\"))
    .map((text) => Buffer.from(text));
  // JSON without a backslash has its texts as they are
  return (json) => texts.some((text) => json.includes(text)) || json.includes(BACKSLASH);
}
