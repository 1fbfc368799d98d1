// FlowG's filter language, as queries, watching and switch nodes use it:
//
//     or    = and { "or" and }          and   = not { "and" not }         not = { "not" } (test | "(" or ")")
//     test  = field ("=" | "!=") text | field ["not"] "in" "[" [ text { "," text } ] "]"
//     field = name | 'name'             text  = "text", with JSON's escapes
//
// Keywords are all lower-case or all upper-case. Blanks are space, tab, line feed and form feed. A field that an entry
// doesn't have equals nothing, so `!=` holds for it. Texts are compared exactly.

import { FlowgError } from "../../platform/errors.js";
import { type Token, tokenize } from "./filter-tokens.js";

export type Filter =
  | { kind: "and" | "or"; of: Filter[] }
  | { kind: "not"; of: Filter }
  | { kind: "in"; field: string; values: ReadonlySet<string> };

/** Longest filter, in UTF-16 units, and how deep its parentheses may nest. */
export const FILTER_MAX_LENGTH = 65_536;
const DEPTH_MAX = 200;
/** The most tests of a filter. Each entry goes through all of them. Tests of one field count as one where they can be joined. */
const FILTER_MAX_TESTS = 500;

/**
 * @throws INPUT_INVALID, with the `position` of the fault in its details: the number of the character, from 1
 */
export function parseFilter(text: string): Filter {
  if (text.length > FILTER_MAX_LENGTH) {
    throw new FlowgError("INPUT_INVALID", `the filter is longer than ${FILTER_MAX_LENGTH}`, {
      hint: "ask in several queries",
    });
  }
  return withinBounds(new Parser(tokenize(text)).whole());
}

function withinBounds(filter: Filter): Filter {
  const tests = countTests(filter);
  if (tests > FILTER_MAX_TESTS) {
    throw new FlowgError(
      "INPUT_INVALID",
      `the filter has ${tests} tests, more than the ${FILTER_MAX_TESTS} allowed`,
      { hint: 'write `field in ["a", "b"]`, which is one test, or ask in several queries' },
    );
  }
  return filter;
}

/**
 * A filter for entries that have one of these values in each of these fields, and pass the filter.
 * @throws INPUT_INVALID
 */
export function filterOfValues(
  values: Readonly<Record<string, readonly string[]>>,
  filter: Filter | undefined,
): Filter | undefined {
  const tests = Object.entries(values).map(
    ([field, texts]): Filter => ({ kind: "in", field, values: new Set(texts) }),
  );
  if (tests.length === 0) return filter;
  return withinBounds({ kind: "and", of: filter ? [...tests, filter] : tests });
}

function countTests(filter: Filter): number {
  if (filter.kind === "in") return 1;
  if (filter.kind === "not") return countTests(filter.of);
  return filter.of.reduce((sum, part) => sum + countTests(part), 0);
}

/** Whether an entry with these fields passes. */
export function matchesFilter(filter: Filter, fields: Readonly<Record<string, string>>): boolean {
  switch (filter.kind) {
    case "and":
      return filter.of.every((part) => matchesFilter(part, fields));
    case "or":
      return filter.of.some((part) => matchesFilter(part, fields));
    case "not":
      return !matchesFilter(filter.of, fields);
    case "in":
      // only own properties: every object inherits one named "constructor"
      return (
        Object.hasOwn(fields, filter.field) && filter.values.has(fields[filter.field] as string)
      );
  }
}

/** The names of the fields that a filter looks at. */
export function filterFields(filter: Filter): Set<string> {
  if (filter.kind === "in") return new Set([filter.field]);
  const parts = filter.kind === "not" ? [filter.of] : filter.of;
  return new Set(parts.flatMap((part) => [...filterFields(part)]));
}

/** Makes `a in ["x", "y"]` of `a = "x" or a = "y"`: that takes the same time for any number of values. */
function joinTests(parts: readonly Filter[]): Filter[] {
  const joined: Filter[] = [];
  const values = new Map<string, Set<string>>();
  for (const part of parts) {
    const known = part.kind === "in" ? values.get(part.field) : undefined;
    if (part.kind !== "in") joined.push(part);
    else if (known) for (const value of part.values) known.add(value);
    else {
      const own = new Set(part.values);
      values.set(part.field, own);
      joined.push({ ...part, values: own });
    }
  }
  return joined;
}

const joined = (kind: "and" | "or", of: Filter[]): Filter =>
  of.length === 1 ? (of[0] as Filter) : { kind, of };

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Filter {
    const filter = this.#or();
    if (this.#peek().kind !== "end") throw this.#expected('"and", "or" or the end');
    return filter;
  }

  #or(): Filter {
    const of = [this.#and()];
    while (this.#take("or")) of.push(this.#and());
    return joined("or", joinTests(of));
  }

  #and(): Filter {
    const of = [this.#not()];
    while (this.#take("and")) of.push(this.#not());
    return joined("and", of);
  }

  #not(): Filter {
    let negated = false;
    while (this.#take("not")) negated = !negated;
    const filter = this.#take("(") ? this.#group() : this.#test();
    return negated ? { kind: "not", of: filter } : filter;
  }

  #group(): Filter {
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) throw this.#wrong(`nests deeper than ${DEPTH_MAX} parentheses`);
    const filter = this.#or();
    if (!this.#take(")")) throw this.#expected('"and", "or" or ")"');
    this.#depth -= 1;
    return filter;
  }

  #test(): Filter {
    const token = this.#peek();
    if (token.kind !== "field") throw this.#expected('a field, "not" or "("');
    this.#at += 1;
    const field = token.text;
    if (this.#take("=")) return { kind: "in", field, values: new Set([this.#text()]) };
    if (this.#take("!=")) return not({ kind: "in", field, values: new Set([this.#text()]) });
    const negated = this.#take("not");
    if (!this.#take("in")) throw this.#expected(negated ? '"in"' : '"=", "!=", "in" or "not in"');
    const test: Filter = { kind: "in", field, values: this.#list() };
    return negated ? not(test) : test;
  }

  #list(): Set<string> {
    const values = new Set<string>();
    if (!this.#take("[")) throw this.#expected('"["');
    if (this.#take("]")) return values;
    do values.add(this.#text());
    while (this.#take(","));
    if (!this.#take("]")) throw this.#expected('"," or "]"');
    return values;
  }

  #text(): string {
    const token = this.#peek();
    if (token.kind !== "text") throw this.#expected("a text in double quotes");
    this.#at += 1;
    return token.text;
  }

  #take(kind: Token["kind"]): boolean {
    if (this.#peek().kind !== kind) return false;
    this.#at += 1;
    return true;
  }

  #peek(): Token {
    // the last token is the end, and is never taken
    return this.#tokens[this.#at] as Token;
  }

  #expected(what: string): FlowgError {
    return this.#wrong(`expects ${what}`);
  }

  #wrong(what: string): FlowgError {
    return filterError(what, this.#peek().position);
  }
}

const not = (filter: Filter): Filter => ({ kind: "not", of: filter });

function filterError(what: string, position: number): FlowgError {
  return new FlowgError("INPUT_INVALID", `the filter ${what} at character ${position}`, {
    hint: 'a filter looks like: level = "error" and not (app in ["web", "db"])',
    details: { position },
  });
}
