// Every path that a command is given, looked at before anything is done with it.

import { pathProblem } from "../sdk/node/local-path.js";
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
    if (!isPath) return [];
    const what = isFlag(arg) ? `--${name}` : name.toUpperCase();
    const all = [values[name]].flat().filter((value) => typeof value === "string");
    return all.map((value) => ({ what, value, arg }));
  });
  for (const { what, value, arg } of paths) demandLocal(what, value, arg.piped === true);
  // more of the same
  const last = paths.findLast(({ arg }) => !isFlag(arg));
  if (last) for (const value of rest) demandLocal(last.what, value, true);
}

function demandLocal(what: string, path: string, isPiped: boolean): void {
  const problem = pathProblem(path);
  if (problem) {
    const elsewhere = isPiped
      ? "for another place write a tar to stdout, with --backup-dir -"
      : "give a directory or a file";
    const { message, isRemote, hint } = problem;
    throw new CliError("USAGE", `${what}: ${message}`, isRemote ? elsewhere : hint);
  }
  if (path === PIPED && !isPiped) {
    throw new CliError(
      "USAGE",
      `${what}: "-" is not taken here`,
      "what is really called so is ./-",
    );
  }
}
