// A part of a forwarder that each log fills in: a plain text, or after `@expr:` an expression over the log. FlowG takes any of
// expr-lang there. This takes what forwarders need of it: `log.NAME`, `log["NAME"]`, texts, `toJSON(log)`, `upper`, `lower`,
// `trim`, `+`, and `A == B ? C : D`.

import { FlowgError } from "../../platform/errors.js";
import type { Fields } from "../logs/written-fields.js";

/**
 * Gives the text of a log. A field that the log doesn't have is an empty text, as in FlowG.
 * @throws INPUT_TOO_LARGE
 */
export type DynamicField = (fields: Fields) => string;

const MARK = "@expr:";
const LONGEST = 4_096;
const DEEPEST = 50;
/** The most characters of all parts of an expression together, for one log. An expression can name a large field many times. */
const MOST_CHARACTERS = 4 * 1024 * 1024;
const TOKEN =
  /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(==|!=|[.()[\]+?:]))/y;
const FUNCTIONS: ReadonlyMap<string, (text: string) => string> = new Map([
  ["upper", (text: string) => text.toUpperCase()],
  ["lower", (text: string) => text.toLowerCase()],
  ["trim", (text: string) => text.trim()],
]);

/**
 * The field that a text stands for.
 * @returns undefined for an expression that this server can't work out
 */
export function dynamicField(text: string): DynamicField | undefined {
  if (!text.startsWith(MARK)) return () => text;
  const tokens = text.length > LONGEST ? undefined : tokensOf(text.slice(MARK.length));
  if (tokens === undefined) return undefined;
  try {
    const work = { left: MOST_CHARACTERS };
    const field = new Parser(tokens, work).whole();
    return (fields) => {
      work.left = MOST_CHARACTERS;
      return field(fields);
    };
  } catch (error) {
    if (error instanceof Unknown) return undefined;
    throw error;
  }
}

/** The fields as JSON, on one line: FlowG breaks it into several, of which a receiver of syslog would make several logs. */
export const fieldsText: DynamicField = (fields) =>
  JSON.stringify(Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))));

class Unknown extends Error {}

function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = [];
  const trimmed = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < trimmed.length) {
    const match = TOKEN.exec(trimmed);
    if (match === null) return undefined;
    tokens.push((match[1] ?? match[2] ?? match[3]) as string);
  }
  return tokens;
}

/** How many characters an expression may still make. */
interface Work {
  left: number;
}

class Parser {
  readonly #tokens: readonly string[];
  readonly #work: Work;
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly string[], work: Work) {
    this.#tokens = tokens;
    this.#work = work;
  }

  whole(): DynamicField {
    const field = this.#choice();
    if (this.#next < this.#tokens.length) throw new Unknown();
    return field;
  }

  #choice(): DynamicField {
    if (++this.#depth > DEEPEST) throw new Unknown();
    const left = this.#sum();
    const isEqual = this.#take("==");
    if (!isEqual && !this.#take("!=")) {
      this.#depth--;
      return left;
    }
    const right = this.#sum();
    this.#demand("?");
    const then = this.#choice();
    this.#demand(":");
    const other = this.#choice();
    this.#depth--;
    return (fields) => ((left(fields) === right(fields)) === isEqual ? then : other)(fields);
  }

  #sum(): DynamicField {
    const parts = [this.#counted(this.#part())];
    while (this.#take("+")) parts.push(this.#counted(this.#part()));
    const [only] = parts;
    if (only && parts.length === 1) return only;
    return (fields) => parts.map((part) => part(fields)).join("");
  }

  /** The same field. It takes its characters from those that are left. */
  #counted(field: DynamicField): DynamicField {
    const work = this.#work;
    return (fields) => {
      const text = field(fields);
      work.left -= text.length;
      if (work.left >= 0) return text;
      throw new FlowgError(
        "INPUT_TOO_LARGE",
        `a forwarder's expression makes more than ${MOST_CHARACTERS} characters of the log`,
        { hint: "let the expression name large fields less often" },
      );
    };
  }

  #part(): DynamicField {
    const token = this.#tokens[this.#next++] ?? "";
    if (/^["']/.test(token)) return constant(textIn(token));
    if (token === "(") {
      const inner = this.#choice();
      this.#demand(")");
      return inner;
    }
    if (token === "log") return this.#member();
    if (token === "toJSON") {
      for (const one of ["(", "log", ")"]) this.#demand(one);
      return fieldsText;
    }
    const change = FUNCTIONS.get(token);
    if (change === undefined) throw new Unknown();
    this.#demand("(");
    const inner = this.#choice();
    this.#demand(")");
    return (fields) => change(inner(fields));
  }

  /** A field of the log, by its name. */
  #member(): DynamicField {
    const isDotted = this.#take(".");
    if (!isDotted) this.#demand("[");
    const token = this.#tokens[this.#next++] ?? "";
    if (!(isDotted ? /^[A-Za-z_]/ : /^["']/).test(token)) throw new Unknown();
    const name = isDotted ? token : textIn(token);
    if (!isDotted) this.#demand("]");
    return (fields) => (Object.hasOwn(fields, name) ? (fields[name] ?? "") : "");
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#next] !== token) return false;
    this.#next++;
    return true;
  }

  #demand(token: string): void {
    if (!this.#take(token)) throw new Unknown();
  }
}

const constant =
  (text: string): DynamicField =>
  () =>
    text;

/** The text of a literal. What it escapes beside quotes, backslashes, tabs and line ends isn't known here. */
function textIn(literal: string): string {
  return literal.slice(1, -1).replace(/\\(.)/g, (_, char: string) => {
    const text = ESCAPED[char];
    if (text === undefined) throw new Unknown();
    return text;
  });
}

const ESCAPED: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  "\\": "\\",
  n: "\n",
  r: "\r",
  t: "\t",
};
