// Flattens the command tree for the completion scripts: each place in it, and the words that can be typed there.

import { type Args, type Command, type Group, isFlag } from "../command.js";
import { outputFlags, server } from "../flags.js";
import type { Values } from "./values.js";

export interface FlagWord {
  /** The flag with its dashes. */
  name: string;
  description: string;
  takesValue: boolean;
  /** Whether its value is the path of a file or directory. */
  takesPath: boolean;
  /** The values to offer, if they are known. */
  values?: Values | undefined;
}

export interface Place {
  /** The words that lead here: `admin backup`; empty at the top. */
  path: string;
  commands: { name: string; description: string }[];
  flags: FlagWord[];
  /** Whether an argument is the path of a file. */
  takesFile: boolean;
  /** The values to offer for an argument, if they are known. */
  values?: Values | undefined;
  /** Whether names are offered only if a server is named, because the command works on this machine otherwise. */
  isLocal?: boolean;
}

export async function words(root: Group): Promise<Place[]> {
  return await placesBelow([], root);
}

async function placesBelow(path: readonly string[], node: Command | Group): Promise<Place[]> {
  if (node.type === "command") return [commandPlace(path, node)];
  const commands: Place["commands"] = [];
  const below: Place[] = [];
  for (const [name, load] of Object.entries(node.commands)) {
    const child = await load();
    commands.push({ name, description: child.description });
    below.push(...(await placesBelow([...path, name], child)));
  }
  return [{ path: path.join(" "), commands, flags: [HELP], takesFile: false }, ...below];
}

const HELP: FlagWord = {
  name: "--help",
  description: "print the help",
  takesValue: false,
  takesPath: false,
};

function commandPlace(path: readonly string[], command: Command): Place {
  const args = Object.entries<Args[string]>({ ...command.args, ...outputFlags });
  const flags = args.flatMap(([name, arg]): FlagWord[] =>
    isFlag(arg)
      ? [
          {
            name: `--${name}`,
            description: arg.description ?? "",
            takesValue: arg.type === "string",
            takesPath: arg.type === "string" && /^(FILE|DIR)$/.test(arg.valueHint ?? ""),
            values: arg.completes,
          },
        ]
      : [],
  );
  const takesFile = args.some(([name, arg]) => !isFlag(arg) && /^(file|path)$/.test(name));
  const argument = args.find(([, arg]) => !isFlag(arg) && arg.completes !== undefined)?.[1];
  return {
    path: path.join(" "),
    commands: [],
    flags: [...flags, HELP],
    takesFile,
    values: argument?.completes ?? command.rest?.completes,
    // only commands that can work on this machine have this very flag
    isLocal: command.args.url?.description === server.url.description,
  };
}
