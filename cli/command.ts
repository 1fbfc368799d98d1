// The types of commands and groups of commands. They add to citty's argument definitions what citty lacks: environment
// variables, secrets, further arguments, examples.

import type { BooleanArgDef, PositionalArgDef, StringArgDef } from "citty";
import type { Values as Completed } from "./completion/values.js";
import type { Input } from "./input/input.js";
import type { Output } from "./output/output.js";
import type { Result } from "./output/result.js";

interface FlagExtras {
  /** The variable that gives the value when the flag is absent. An empty one counts as unset. */
  env?: string;
  /** The value is never shown, neither in help nor in messages. */
  secret?: true;
  /** A form with one letter. */
  short?: string;
  /** Another name of the flag. */
  also?: string;
  /** The path may be `-`, for stdin or stdout. */
  piped?: true;
  /** What a shell offers for the value. */
  completes?: Completed;
  /** The value if the flag is given without one. A value must be given as `--name=VALUE`. */
  bare?: string;
  /** The flag may be given several times. Its value is a list. */
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

/** Any number of arguments after the named ones. */
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

/** The values that a command gets for its `args`. */
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
  /** Calls the listener on SIGHUP, which otherwise stops the run. On a terminal SIGHUP still stops it. */
  onHangup(listener: () => void): void;
}

export interface Example {
  command: string;
  does: string;
}

interface Described {
  /** One line, for lists of commands. */
  description: string;
  /** More text, for the command's own help. */
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

/** Defines a command. The types of its values follow from its arguments. */
export function defineCommand<const A extends Args>(spec: CommandSpec<A>): Command {
  // the parser fills `args` by the same definitions
  return { type: "command", ...(spec as unknown as CommandSpec<Args>) };
}

export function defineGroup(group: Omit<Group, "type">): Group {
  return { type: "group", ...group };
}

export const isFlag = (arg: Flag | Positional): arg is Flag => arg.type !== "positional";
