// Secrets come from environment variables, or from files that variables name. They never come from flags: every user of the
// machine can read a command line.

import { CliError } from "./failure.js";
import { textOf } from "./input/text-file.js";

export type SecretVariable =
  | "FLOWG_SECRET_KEY"
  | "FLOWG_INITIAL_PASSWORD"
  | "FLOWG_HTTP_TLS_KEY_PASSPHRASE"
  | "FLOWG_MGMT_TLS_KEY_PASSPHRASE"
  | "FLOWG_SYSLOG_TLS_KEY_PASSPHRASE"
  | "FLOWG_BACKUP_PING"
  | "FLOWG_BACKUP_DRILL_PING"
  | "FLOWG_BACKUP_WEBHOOK";

/**
 * Reads a secret from `NAME`, or from the file that `NAME_FILE` names. An empty variable counts as unset.
 * @throws USAGE where both are set or the file is empty; FILE_UNAVAILABLE
 */
export async function secretVariable(
  name: SecretVariable,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  const [given, path] = [env[name], env[`${name}_FILE`]];
  if (given && path) {
    throw new CliError("USAGE", `${name} and ${name}_FILE are both set`, "unset one of them");
  }
  if (!given && !path) return undefined;
  const secret = withoutNewline(given || (await textOf(path ?? "")));
  if (secret !== "") return secret;
  const what = given
    ? `${name} holds only a newline`
    : `${path}, which ${name}_FILE names, is empty`;
  throw new CliError("USAGE", what);
}

/** Removes one newline at the end. `echo`, editors and container secrets add it, and it isn't meant as part of the secret. */
export const withoutNewline = (text: string): string => text.replace(/\r?\n$/, "");
