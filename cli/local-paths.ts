// A path is of this machine. What looks like a URL, or like a home directory that no shell has expanded, would become a
// directory of that very name, and a backup in it would be looked for elsewhere.

import { type Args, type Command, isFlag } from "./command.js";
import { CliError } from "./failure.js";

/** stdin and stdout, where a command says that it takes that. */
export const PIPED = "-";

/**
 * Looks at every path that a command was given, by a flag, a variable, a default or as an argument.
 * @throws USAGE
 */
export function demandLocalPaths(
  command: Pick<Command, "args">,
  values: Readonly<Record<string, unknown>>,
  rest: readonly string[],
): void {
  const paths = Object.entries<Args[string]>(command.args).flatMap(([name, arg]) => {
    const isPath = isFlag(arg)
      ? /^(DIR|FILE)$/.test(arg.valueHint ?? "")
      : /^(file|path)$/.test(name);
    const value = values[name];
    if (!isPath || typeof value !== "string") return [];
    return [{ what: isFlag(arg) ? `--${name}` : name.toUpperCase(), value, arg }];
  });
  for (const { what, value, arg } of paths) demandLocal(what, value, arg.piped === true);
  // more of the same
  const last = paths.findLast(({ arg }) => !isFlag(arg));
  if (last) for (const value of rest) demandLocal(last.what, value, true);
}

function demandLocal(what: string, path: string, isPiped: boolean): void {
  const quoted = JSON.stringify(path);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) {
    throw new CliError(
      "USAGE",
      `${what}: ${quoted} looks like a URL, and this takes a path of this machine`,
      isPiped
        ? "for another place write a tar to stdout, with --backup-dir -"
        : "give a directory or a file",
    );
  }
  if (/^~/.test(path)) {
    throw new CliError(
      "USAGE",
      `${what}: in ${quoted} no shell has put a home directory for the ~`,
      `write $HOME for it; what is really called so is ./${path}`,
    );
  }
  if (path === PIPED && !isPiped) {
    throw new CliError(
      "USAGE",
      `${what}: "-" is not taken here`,
      "what is really called so is ./-",
    );
  }
}
