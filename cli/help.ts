// Writes the help of a command or a group from its definition, so that all have help.

import { type Args, type Command, type Flag, type Group, isFlag } from "./command.js";
import { EXIT_CODE_MEANINGS } from "./exit-codes.js";
import { outputFlags } from "./flags.js";
import type { Style } from "./output/style.js";
import { displayWidth } from "./output/width.js";
import { ROOM_MIN, wrap } from "./output/wrap.js";

export interface HelpOptions {
  style: Style;
  /** Columns to wrap at. */
  width: number;
}

/** @param path `["flowg", "admin", "backup"]` */
export async function renderHelp(
  path: readonly string[],
  node: Command | Group,
  options: HelpOptions,
): Promise<string> {
  const name = path.join(" ");
  const parts = [wrap(node.description, options.width, 0)];
  if (node.details) parts.push(wrap(node.details, options.width, 0));
  const usage = wrap(`Usage: ${synopsis(name, node)}`, options.width, 7);
  parts.push(usage.replace("Usage:", options.style.bold));
  if (node.type === "group") parts.push(await commandList(node, options));
  else parts.push(...argumentLists(node, options));
  const examples = node.examples.map(
    ({ command, does }) => `${comment(does, options)}\n  ${command}`,
  );
  parts.push(section("Examples", examples.join("\n\n"), options));
  parts.push(
    node.type === "group"
      ? wrap(`Run \`${name} COMMAND --help\` for the flags of a command.`, options.width, 0)
      : "Exit codes: run `flowg help exit-codes`.",
  );
  return parts.join("\n\n");
}

function comment(text: string, { style, width }: HelpOptions): string {
  const lines = wrap(text, width - 4, 0).split("\n");
  return lines.map((line) => `  ${style.dim(`# ${line}`)}`).join("\n");
}

/** The table of exit codes. */
export function renderExitCodes({ style, width }: HelpOptions): string {
  const rows = Object.entries(EXIT_CODE_MEANINGS).map(([code, meaning]): Row => [code, meaning]);
  return `${style.bold("Exit codes:")}\n${columns(rows, width)}`;
}

function synopsis(name: string, node: Command | Group): string {
  if (node.type === "group") return `${name} COMMAND [flags]`;
  const words = [name];
  for (const [arg, definition] of Object.entries(node.args)) {
    if (isFlag(definition)) {
      if (definition.required) words.push(`--${arg} ${placeholder(arg, definition)}`);
    } else {
      const shown = arg.toUpperCase();
      words.push(definition.required === false ? `[${shown}]` : shown);
    }
  }
  if (node.rest) words.push(`[${node.rest.name.toUpperCase()}...]`);
  words.push("[flags]");
  return words.join(" ");
}

async function commandList(group: Group, options: HelpOptions): Promise<string> {
  const rows: Row[] = [];
  for (const [name, load] of Object.entries(group.commands)) {
    rows.push([name, (await load()).description]);
  }
  return section("Commands", columns(rows, options.width), options);
}

function argumentLists(command: Command, options: HelpOptions): string[] {
  const positionals: Row[] = [];
  const flags: Row[] = [];
  for (const [name, arg] of Object.entries<Args[string]>({ ...command.args, ...outputFlags })) {
    if (isFlag(arg)) flags.push([flagLabel(name, arg), flagText(arg)]);
    else positionals.push([name.toUpperCase(), arg.description ?? ""]);
  }
  if (command.rest)
    positionals.push([`${command.rest.name.toUpperCase()}...`, command.rest.description]);
  flags.push(["-h, --help", "print this help"]);
  const lists: string[] = [];
  if (positionals.length > 0) {
    lists.push(section("Arguments", columns(positionals, options.width), options));
  }
  lists.push(section("Flags", columns(flags, options.width), options));
  return lists;
}

function flagLabel(name: string, flag: Flag): string {
  const short = flag.short ? `-${flag.short}, ` : "    ";
  if (flag.bare !== undefined) return `${short}--${name}[=${placeholder(name, flag)}]`;
  return `${short}--${name}${flag.type === "string" ? ` ${placeholder(name, flag)}` : ""}`;
}

const placeholder = (name: string, flag: Flag): string => flag.valueHint ?? name.toUpperCase();

function flagText(flag: Flag): string {
  const facts: string[] = [];
  if (flag.required) facts.push("required");
  if (flag.env) facts.push(`env ${flag.env}`);
  // a default is part of the definition, never what the environment holds
  if (flag.type === "string" && flag.default !== undefined) facts.push(`default ${flag.default}`);
  const text = flag.description ?? "";
  return facts.length > 0 ? `${text} (${facts.join(", ")})` : text;
}

type Row = [label: string, text: string];

function section(title: string, body: string, { style }: HelpOptions): string {
  return `${style.bold(`${title}:`)}\n${body}`;
}

function columns(rows: readonly Row[], width: number): string {
  const indent = Math.max(...rows.map(([label]) => displayWidth(label))) + 4;
  if (width - indent < ROOM_MIN) {
    return rows.map(([label, text]) => `  ${label}\n      ${wrap(text, width, 6)}`).join("\n");
  }
  return rows
    .map(([label, text]) => `  ${label.padEnd(indent - 2)}${wrap(text, width, indent)}`)
    .join("\n");
}
