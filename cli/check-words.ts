// Checks the words of a command line before citty parses them, since citty ignores unknown flags, takes any `--no-x` and
// guesses the rest. It understands or refuses every word, and writes those that pass in one canonical form (`--name=value`)
// that citty can't misread.

import { type ParseArgsConfig, parseArgs } from "node:util";
import type { ArgsDef } from "citty";
import { nearName } from "../server/platform/messages/near-name.js";
import { type Args, type Command, type Flag, isFlag, type Origin } from "./command.js";
import { CliError } from "./failure.js";

export interface Checked {
  /** The words for citty; none if help was asked for. */
  rawArgs: string[];
  /**
   * The values of flags that citty can't handle: those that may be given several times, and those called `no-…`, which it takes
   * for the opposite of another flag.
   */
  aside: Record<string, string[] | true>;
  origins: Record<string, Origin>;
  help: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the words after the command's name.
 * @throws USAGE
 */
export function checkWords(
  command: Pick<Command, "args" | "rest">,
  words: readonly string[],
  env: Environment,
): Checked {
  const flags = Object.entries(command.args).filter((entry): entry is [string, Flag] =>
    isFlag(entry[1]),
  );
  const scan = new Scan(new Map(flags), words);
  scan.run();
  if (scan.help) return { rawArgs: [], aside: {}, origins: {}, help: true };

  checkPositionals(command, scan.positionals);
  const canonical: string[] = [];
  const origins: Record<string, Origin> = {};
  const aside: Checked["aside"] = {};
  for (const [name, flag] of flags) {
    const given = scan.given.get(name);
    const value = given ?? fromEnvironment(flag, env);
    if (flag.many) {
      aside[name] = scan.lists.get(name) ?? (typeof value === "string" ? [value] : []);
      origins[name] = given !== undefined ? "flag" : value !== undefined ? "env" : "default";
      if (flag.required && value === undefined) throw missing(name);
      continue;
    }
    if (value !== undefined) {
      if (value === true && name.startsWith("no-")) aside[name] = value;
      else canonical.push(canonicalForm(name, value));
      origins[name] = given === undefined ? "env" : "flag";
    } else if (flag.type === "string" && flag.default !== undefined) {
      canonical.push(canonicalForm(name, flag.default));
      origins[name] = "default";
    } else if (flag.type === "boolean") {
      canonical.push(canonicalForm(name, false));
      origins[name] = "default";
    } else if (flag.required) {
      throw missing(name);
    }
  }
  return { rawArgs: [...canonical, "--", ...scan.positionals], aside, origins, help: false };
}

const missing = (name: string) => new CliError("USAGE", `the flag --${name} is missing`);

/** The value a string flag has when it is not on the command line. */
export function defaultValue(flag: Flag & { default: string }, env: Environment): string {
  const value = fromEnvironment(flag, env);
  return typeof value === "string" ? value : flag.default;
}

/** Reads flags from left to right, and collects the other words. */
class Scan {
  readonly given = new Map<string, string | boolean>();
  /** All values of the flags that may be given several times. */
  readonly lists = new Map<string, string[]>();
  readonly positionals: string[] = [];
  help = false;

  constructor(
    private readonly flags: ReadonlyMap<string, Flag>,
    private readonly words: readonly string[],
  ) {}

  run(): void {
    const options = parserOptions(this.flags);
    const { tokens } = parseArgs({ args: [...this.words], options, strict: false, tokens: true });
    for (const token of tokens) {
      if (token.kind === "positional") this.positionals.push(token.value);
      else if (token.kind === "option") this.option(token);
    }
  }

  private option(token: OptionToken): void {
    const { name, rawName, value } = token;
    const word = this.words[token.index] ?? "";
    if (word === "-h" || word === "--help") {
      this.help = true;
      return;
    }
    const found = [...this.flags].find(([known, { also }]) => known === name || also === name);
    const isShort = !rawName.startsWith("--");
    if (found) {
      // letters after a flag that takes no value
      if (isShort && found[1].type === "boolean" && word.length > 2)
        throw unknown("flag", rawName, []);
      this.accept(...found, token);
      return;
    }
    if (isShort) throw unknown("flag", word.slice(0, 2), []);
    const negated = name.startsWith("no-") ? this.flags.get(name.slice(3)) : undefined;
    if (negated?.type === "boolean") {
      if (value !== undefined) throw new CliError("USAGE", `the flag --${name} takes no value`);
      this.set(name.slice(3), false);
      return;
    }
    if (negated) {
      throw new CliError(
        "USAGE",
        `--${name}: the flag --${name.slice(3)} takes a value, so it has no --no- form`,
      );
    }
    // only the flag's name: what follows `=` may be a secret
    throw unknown(
      "flag",
      `--${name}`,
      [...this.flags.keys(), "help"].map((known) => `--${known}`),
    );
  }

  private accept(name: string, flag: Flag, { value, inlineValue }: OptionToken): void {
    if (flag.type === "boolean") {
      if (value !== undefined && value !== "true" && value !== "false") {
        throw new CliError("USAGE", `the flag --${name} takes no value but true or false`);
      }
      this.set(name, value !== "false");
      return;
    }
    if (flag.bare !== undefined && value === undefined) {
      this.set(name, flag.bare);
      return;
    }
    // the value is the next word, unless that is a flag itself, as in `--name --json`
    if (
      value === undefined ||
      (!inlineValue && (value === "--" || this.looksLikeFlag(value, flag)))
    ) {
      throw new CliError(
        "USAGE",
        `the flag --${name} needs a value`,
        value === undefined
          ? undefined
          : `for a value that begins with a dash write --${name}=VALUE`,
      );
    }
    if (value === "") throw new CliError("USAGE", `the flag --${name} has an empty value`);
    if (flag.many) {
      this.given.set(name, value);
      this.lists.set(name, [...(this.lists.get(name) ?? []), value]);
    } else this.set(name, value);
  }

  private looksLikeFlag(word: string, flag: Flag): boolean {
    if (!word.startsWith("-") || word === "-") return false;
    // a generated password may well begin with a dash
    if (!flag.secret) return true;
    const name = word.replace(/^--(no-)?/, "").replace(/=.*/s, "");
    return word.startsWith("--") && (this.flags.has(name) || name === "help");
  }

  private set(name: string, value: string | boolean): void {
    if (this.given.has(name)) throw new CliError("USAGE", `the flag --${name} is given twice`);
    this.given.set(name, value);
  }
}

/** A flag as Node's parser gives it. */
interface OptionToken {
  /** The index of the word that holds it. */
  index: number;
  name: string;
  /** The flag with its dashes. */
  rawName: string;
  value?: string | undefined;
  /** Whether the same word holds the value. */
  inlineValue?: boolean | undefined;
}

type ParserOptions = NonNullable<ParseArgsConfig["options"]>;

/** The options for Node's parser: which flags take the next word, and their letters. */
function parserOptions(flags: ReadonlyMap<string, Flag>): ParserOptions {
  const options: ParserOptions = { help: { type: "boolean", short: "h" } };
  for (const [name, { bare, short, also, ...flag }] of flags) {
    // a flag with a bare form takes no next word
    const type = bare === undefined ? flag.type : "boolean";
    options[name] = short === undefined ? { type } : { type, short };
    if (also !== undefined) options[also] = { type };
  }
  return options;
}

function fromEnvironment(flag: Flag, env: Environment): string | boolean | undefined {
  const text = flag.env === undefined ? undefined : env[flag.env];
  if (text === undefined || text === "") return undefined;
  // as FlowG reads them (Go's strconv.ParseBool): what is not clearly true is false
  return flag.type === "boolean" ? /^(1|t|T|TRUE|true|True)$/.test(text) : text;
}

function canonicalForm(name: string, value: string | boolean): string {
  if (typeof value === "string") return `--${name}=${value}`;
  return value ? `--${name}` : `--no-${name}`;
}

function checkPositionals(command: Pick<Command, "args" | "rest">, given: readonly string[]): void {
  const named = Object.entries(command.args).filter(([, arg]) => !isFlag(arg));
  for (const [index, [name, arg]] of named.entries()) {
    if (given[index] === undefined && arg.required !== false) {
      throw new CliError("USAGE", `the argument ${name.toUpperCase()} is missing`);
    }
    if (given[index] === "") {
      throw new CliError("USAGE", `the argument ${name.toUpperCase()} is empty`);
    }
  }
  const surplus = given[named.length];
  if (surplus !== undefined && !command.rest) {
    throw new CliError("USAGE", `the argument ${JSON.stringify(surplus)} is one too many`);
  }
}

/** The arguments for citty, with types only, because this file fills in defaults and refuses missing arguments. */
export function cittyArgs(args: Args): ArgsDef {
  return Object.fromEntries(
    Object.entries(args).map(([name, { type }]) =>
      type === "positional" ? [name, { type, required: false }] : [name, { type }],
    ),
  );
}

/** The error for an unknown name. It suggests the nearest known one. */
export function unknown(
  what: string,
  typed: string,
  known: readonly string[],
  hint?: string,
): CliError {
  const near = nearName(typed, known);
  const question = near === undefined ? "" : `; did you mean ${near}?`;
  return new CliError("USAGE", `unknown ${what} ${typed}${question}`, hint);
}
