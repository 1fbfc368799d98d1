// Chooses what a command talks to: directories of this machine, or a server. Where both are possible it refuses instead of
// guessing, so that nobody restores into the wrong place by accident.

import type { DatabaseKind } from "../server/records/kinds.js";
import type { Administration } from "./administration.js";
import { defaultValue } from "./check-words.js";
import type { Invocation, Origin } from "./command.js";
import { CliError } from "./failure.js";
import { connection, directories } from "./flags.js";

type DirectoryFlag = keyof typeof directories;

/** The values of the directory flags that a command has. */
export type DirectoryValues = Partial<Record<DirectoryFlag, string>>;

/** The values of the flags that lead to a server. */
export interface ServerValues {
  url?: string | undefined;
  token?: string | undefined;
  "token-file"?: string | undefined;
  ca?: string | undefined;
  insecure?: boolean | undefined;
}

/** The parts of an invocation that the choice needs. */
export type Asking<Values> = Pick<Invocation, "origins" | "output"> & { args: Values };

/** @param opens the databases that the command may open; by default those whose directories it knows */
export async function administrationFor(
  asking: Asking<DirectoryValues & ServerValues>,
  opens?: readonly DatabaseKind[],
): Promise<Administration> {
  const { args, origins, output } = asking;
  const url = serverUrl(args, origins);
  if (url !== undefined) {
    const [{ connect }, { onlineAdministration }] = await Promise.all([
      import("./connect.js"),
      import("./online.js"),
    ]);
    return onlineAdministration(await connect({ ...asking, args: { ...args, url } }));
  }
  const dir = (flag: DirectoryFlag): string =>
    args[flag] ?? defaultValue(directories[flag], process.env);
  // the core loads native code, so it is imported only here
  const { offlineAdministration } = await import("./offline.js");
  const dirs = { auth: dir("auth-dir"), config: dir("config-dir"), logs: dir("log-dir") };
  const kinds = { auth: "auth-dir", config: "config-dir", logs: "log-dir" } as const;
  const known = (["auth", "config", "logs"] as const).filter((kind) => kinds[kind] in args);
  return offlineAdministration(dirs, (text) => output.remark(text), opens ?? known);
}

/** @throws USAGE */
function serverUrl(
  { url }: ServerValues,
  origins: Readonly<Record<string, Origin>>,
): string | undefined {
  const from = (flag: string) => (Object.hasOwn(origins, flag) ? origins[flag] : undefined);
  const given = (flags: object, origin: Origin) =>
    Object.keys(flags).find((flag) => from(flag) === origin);
  const directory = given(directories, "flag");
  if (url !== undefined && from("url") === "flag") {
    if (directory === undefined) return url;
    throw new CliError(
      "USAGE",
      `--url and --${directory} exclude each other`,
      "say where: leave one out",
    );
  }
  if (url !== undefined && directory === undefined) {
    const set = given(directories, "env");
    if (set === undefined) return url;
    const variable = directories[set as DirectoryFlag].env;
    throw new CliError(
      "USAGE",
      `FLOWG_URL and ${variable} are both set: is it the server, or the directories?`,
      "say where, with --url or a directory flag",
    );
  }
  const forServer = given({ "token-file": 1, token: 1, ...connection }, "flag");
  if (forServer !== undefined) {
    throw new CliError("USAGE", `--${forServer} is for a server, and there is none`, "add --url");
  }
  return undefined;
}
