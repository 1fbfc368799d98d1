// Describes commands and groups of commands: by citty's argument definitions, and by what citty lacks (environment
// variables, secrets, surplus arguments, examples).

import type { BooleanArgDef, PositionalArgDef, StringArgDef } from "citty";
import type { Values as Completed } from "./completion/values.js";
import type { Input } from "./input/input.js";
import type { Output } from "./output/output.js";
import type { Result } from "./output/result.js";

interface FlagExtras {
  /** Gives the value when the flag is absent; empty counts as unset. */
  env?: string;
  /** Never shown: not in help, not in messages. */
  secret?: true;
  /** One letter. */
  short?: string;
  /** Another name that is taken. */
  also?: string;
  /** Its path may be `-`: stdin or stdout. */
  piped?: true;
  /** What a shell offers for its value. */
  completes?: Completed;
  /** Its value where it is given without one; one is given only as `--name=VALUE`. */
  bare?: string;
  /** May be given several times: its value is a list, empty where it isn't given. */
  many?: true;
}

export type StringFlag = Omit<StringArgDef, "alias"> & { type: "string" } & FlagExtras;
export type BooleanFlag = Omit<BooleanArgDef, "alias" | "default"> & {
  type: "boolean";
} & FlagExtras;
export type Flag = StringFlag | BooleanFlag;
export type Positional = PositionalArgDef & { type: "positional" } & Pick<
    FlagExtras,
    "piped" | "completes"
  >;

/** Flags by name, as typed after `--`. */
export type Args = Record<string, Flag | Positional>;

/** The arguments after the named ones, any number. */
export interface Rest {
  name: string;
  description: string;
  completes?: Completed;
}

type Value<A extends Flag | Positional> = A extends { type: "boolean" }
  ? boolean
  : A extends { many: true }
    ? readonly string[]
    : A extends { default: string } | { required: true }
      ? string
      : A extends { type: "string" } | { required: false }
        ? string | undefined
        : string;

/** What a command gets for its `args`. */
export type Values<A extends Args> = { readonly [Name in keyof A]: Value<A[Name]> };

/** Where a value came from. */
export type Origin = "flag" | "env" | "default";

/** One run of a command. */
export interface Invocation<A extends Args = Args> {
  args: Values<A>;
  rest: string[];
  origins: Readonly<Record<string, Origin>>;
  output: Output;
  input: Input;
  /** Aborts on Ctrl-C. */
  signal: AbortSignal;
  /** Takes SIGHUP over, which stops the run otherwise, unless a terminal is there that can hang up. */
  onHangup(listener: () => void): void;
}

export interface Example {
  command: string;
  does: string;
}

interface Described {
  /** One line, for lists of commands. */
  description: string;
  /** More, for its own help. */
  details?: string;
  examples: readonly Example[];
}

export interface CommandSpec<A extends Args> extends Described {
  args: A;
  rest?: Rest;
  run(invocation: Invocation<A>): Promise<Result>;
}

export interface Command extends Described {
  type: "command";
  args: Args;
  rest?: Rest | undefined;
  run(invocation: Invocation): Promise<Result>;
}

/** Commands by name, loaded when they are asked for. */
export interface Group extends Described {
  type: "group";
  commands: Readonly<Record<string, () => Promise<Command | Group>>>;
}

/** Types the values a command gets by the arguments it defines. */
export function defineCommand<const A extends Args>(spec: CommandSpec<A>): Command {
  // the parser fills `args` by these very definitions
  return { type: "command", ...(spec as unknown as CommandSpec<Args>) };
}

export function defineGroup(group: Omit<Group, "type">): Group {
  return { type: "group", ...group };
}

export const isFlag = (arg: Flag | Positional): arg is Flag => arg.type !== "positional";
