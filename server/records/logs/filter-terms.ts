// Finds the part of a filter that an index can answer: a set of (field, value) pairs, one of which every entry that passes
// must have.

import type { Filter } from "./filter.js";

export interface Term {
  field: string;
  value: string;
}

/** Merging more ranges than this is slower than walking the stream. */
const TERMS_MAX = 64;

/**
 * Finds few terms that together cover the filter. Gives none if nothing can pass, and undefined if the stream must be walked.
 * @param isIndexed whether a field's index is complete
 */
export function coveringTerms(
  filter: Filter,
  isIndexed: (field: string) => boolean,
): Term[] | undefined {
  const terms = cover(filter, isIndexed);
  return terms && terms.length <= TERMS_MAX ? terms : undefined;
}

function cover(filter: Filter, isIndexed: (field: string) => boolean): Term[] | undefined {
  switch (filter.kind) {
    case "in": {
      // each slice of a query calls this again, so too many values are not listed
      if (filter.values.size > TERMS_MAX) return undefined;
      if (filter.values.size > 0 && !isIndexed(filter.field)) return undefined;
      return [...filter.values].map((value) => ({ field: filter.field, value }));
    }
    // an entry that passes all parts passes the narrowest
    case "and":
      return filter.of
        .map((part) => cover(part, isIndexed))
        .filter((terms) => terms !== undefined)
        .sort((a, b) => a.length - b.length)[0];
    case "or": {
      const all: Term[] = [];
      for (const part of filter.of) {
        const terms = cover(part, isIndexed);
        if (!terms) return undefined;
        all.push(...terms);
      }
      return unique(all);
    }
    case "not":
      return undefined;
  }
}

function unique(terms: Term[]): Term[] {
  return [
    ...new Map(terms.map((term) => [JSON.stringify([term.field, term.value]), term])).values(),
  ];
}
