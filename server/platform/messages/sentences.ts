// Says what is wrong with an input, and what to write instead. These sentences take the place of the validator's own
// everywhere.

import * as z from "zod";
import { nearName } from "./near-name.js";

type Issue = z.core.$ZodRawIssue;

// for the whole process: no schema can be left out by mistake
z.config({ customError: sentenceFor });

/** Says an issue as a sentence: `record.n must be a string: write "1"`. */
export function issueSentence({ path, message }: { path: string; message: string }): string {
  if (path === "") return message.startsWith("must ") ? `the input ${message}` : message;
  return /^(must|is) /.test(message) ? `${path} ${message}` : `${path}: ${message}`;
}

/** The sentence without its subject, the path. */
function sentenceFor(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return wrongType(issue);
    case "invalid_value":
      return wrongValue(issue.values, issue);
    case "invalid_format":
      return wrongFormat(issue.format, issue.input);
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownName(key, keysOf(issue.inst))).join("; ");
    case "too_small":
      return `must ${size("at least", issue.origin, Number(issue.minimum))}`;
    case "too_big":
      return `must ${size("at most", issue.origin, Number(issue.maximum))}`;
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_union":
      return [...new Set(issue.errors.flatMap(([first]) => first?.message ?? []))].join(", or ");
    case "invalid_key":
    case "invalid_element":
      return `has a wrong ${issue.code === "invalid_key" ? "name" : "value"} in it`;
    default:
      return "is not what this takes";
  }
}

/** Says that a name doesn't exist, with the nearest name that does, or all of them. */
export function unknownName(name: string, known: readonly string[]): string {
  const near = nearName(name, known);
  if (near !== undefined) return `unknown ${shown(name)}: did you mean ${near}?`;
  if (known.length === 0) return `unknown ${shown(name)}: this takes no parameters`;
  return `unknown ${shown(name)}: there is ${listed(known, "and")}`;
}

/** Says that a parameter was given in the query, where the JSON body takes these names. */
export function notInQuery(name: string, inBody: readonly string[]): string {
  if (inBody.includes(name)) return `${shown(name)} belongs in the JSON body, not in the query`;
  const near = nearName(name, inBody);
  if (near === undefined) return unknownName(name, []);
  return `unknown ${shown(name)}: did you mean ${near}? It belongs in the JSON body`;
}

const TYPES: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  null: "null",
};

function wrongType({ expected, input, inst }: Issue & { expected: string }): string {
  const wanted = TYPES[expected] ?? `of the type ${expected}`;
  if (isTime(inst)) return timeToWrite(input);
  if (input === undefined) return `is missing: it must be ${wanted}`;
  if (expected === "string") {
    if (Array.isArray(input)) return "must be one string: it is a list, or given more than once";
    // the input may be a password, so it isn't repeated
    const isPlain = typeof input === "number" || typeof input === "boolean";
    return `must be a string${isPlain ? ": put it in quotes" : `, not ${kindOf(input)}`}`;
  }
  if (expected === "array") {
    if (typeof input === "string") return "must be a list: put it in square brackets";
    return `must be a list, not ${kindOf(input)}`;
  }
  const isNumber = expected === "number" || expected === "int";
  if (isNumber && typeof input === "string") {
    const unquoted = /^-?\d{1,15}$/.test(input) ? `: write ${input}, without quotes` : "";
    return `must be ${wanted}${unquoted || ", not a string"}`;
  }
  if (expected === "boolean" && (input === "true" || input === "false")) {
    return `must be true or false: write ${input}, without quotes`;
  }
  if (expected === "int" && typeof input === "number") return "must be a whole number";
  return `must be ${wanted}, not ${kindOf(input)}`;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return TYPES[typeof value] ?? "that";
}

function wrongValue(values: readonly unknown[], { input, ...issue }: Issue): string {
  // query parameters take more words than anybody needs to know, such as "on"
  if (issue.expected === "stringbool") return "must be true or false";
  if (input === undefined) return `is missing: it must be ${listed(values.map(String), "or")}`;
  const near = typeof input === "string" && nearName(input, values.map(String));
  if (near) return `unknown ${shown(input)}: did you mean ${near}?`;
  return `must be ${values.length > 1 ? "one of " : ""}${listed(values.map(String), "or")}`;
}

const EXAMPLE_TIME = "2026-11-23T00:00:00Z";

const isTime = (schema: unknown): boolean =>
  (schema as z.core.$ZodStringFormat | undefined)?._zod.def.format === "datetime";

/** Writes the time that was probably meant in the one form that is taken. */
function timeToWrite(input: unknown): string {
  if (input === undefined) return `is missing: write for example ${EXAMPLE_TIME}`;
  const parts =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?)? ?(Z|[+-]\d\d:\d\d)?$/i.exec(
      String(input),
    );
  const [, day, minutes = "00:00", seconds = ":00", zone = "Z"] = parts ?? [];
  const meant = `${day}T${minutes}${seconds}${zone.toUpperCase()}`;
  const isSo = day !== undefined && z.iso.datetime({ offset: true }).safeParse(meant).success;
  return isSo ? `write ${meant}` : `write a time as ${EXAMPLE_TIME}`;
}

function wrongFormat(format: string, input: unknown): string {
  if (format === "datetime") return timeToWrite(input);
  if (format === "guid" || format === "uuid") {
    return "must be a UUID: 8-4-4-4-12 hexadecimal digits, as `token list` shows it";
  }
  return `must have the form of ${format}`;
}

function size(limit: string, origin: string, count: number): string {
  if (origin === "string")
    return count === 1 ? "not be empty" : `have ${limit} ${count} characters`;
  if (origin === "array") return `have ${limit} ${count} item${count === 1 ? "" : "s"}`;
  return `be ${limit} ${count}`;
}

/** The keys of an object's schema. */
function keysOf(schema: unknown): string[] {
  const shape = (schema as z.core.$ZodObject | undefined)?._zod.def.shape;
  return Object.keys(shape ?? {});
}

function listed(words: readonly string[], conjunction: string): string {
  const last = words.at(-1) ?? "";
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} ${conjunction} ${last}` : last;
}

/** Shows a name as it was given, unless it is long or can't be read. */
function shown(name: unknown): string {
  const text = String(name);
  return /^[\w.-]{1,40}$/.test(text) ? text : JSON.stringify(text.slice(0, 40));
}
