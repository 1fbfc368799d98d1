// Checks every path that a command gets, before anything is done with it.

import { pathProblem } from "../sdk/node/local-path.js";
import { type Args, type Command, isFlag } from "./command.js";
import { CliError } from "./failure.js";

/** Means stdin or stdout, for commands that take it. */
export const PIPED = "-";

/**
 * Checks the paths from flags, variables, defaults and arguments.
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
  const takes = (isPiped: boolean): Taken => ({
    isPiped,
    hasRepositories: "repository" in command.args,
  });
  for (const { what, value, arg } of paths) demandLocal(what, value, takes(arg.piped === true));
  // further arguments are paths, too
  const last = paths.findLast(({ arg }) => !isFlag(arg));
  if (last) for (const value of rest) demandLocal(last.what, value, takes(true));
}

interface Taken {
  /** Whether `-` means stdin or stdout. */
  isPiped: boolean;
  hasRepositories: boolean;
}

function demandLocal(what: string, path: string, { isPiped, hasRepositories }: Taken): void {
  const problem = pathProblem(path);
  if (problem) {
    const bucket = hasRepositories ? "a bucket is for --repository s3://BUCKET/PREFIX; " : "";
    const elsewhere = isPiped
      ? `${bucket}for another place pipe a tar, with - for stdin or stdout`
      : "give a directory or a file";
    const { message, isRemote, hint } = problem;
    throw new CliError("USAGE", `${what}: ${message}`, isRemote ? elsewhere : hint);
  }
  if (path === PIPED && !isPiped) {
    throw new CliError(
      "USAGE",
      `${what}: "-" is not taken here`,
      "for a file of that name write ./-",
    );
  }
}
