// Options of a server from several flags, or from a flag that isn't any text.

import { CliError } from "./failure.js";
import { secretVariable } from "./secret-variables.js";

export async function tlsFiles(
  prefix: "http" | "mgmt" | "syslog",
  enabled: boolean,
  [cert, key]: [cert: string | undefined, key: string | undefined],
): Promise<{ cert: string; key: string; passphrase: string | undefined } | undefined> {
  if (!enabled) return undefined;
  if (cert && key) {
    const name = ({ http: "HTTP", mgmt: "MGMT", syslog: "SYSLOG" } as const)[prefix];
    return { cert, key, passphrase: await secretVariable(`FLOWG_${name}_TLS_KEY_PASSPHRASE`) };
  }
  throw new CliError("USAGE", `--${prefix}-tls needs --${prefix}-tls-cert and --${prefix}-tls-key`);
}

interface SyslogArgs {
  "syslog-proto"?: string | undefined;
  "syslog-bind"?: string | undefined;
  "syslog-tls"?: boolean | undefined;
  "syslog-tls-cert"?: string | undefined;
  "syslog-tls-key"?: string | undefined;
  "syslog-tls-auth"?: boolean | undefined;
  "syslog-tls-ca"?: string | undefined;
  "syslog-allow-origin"?: string | undefined;
}

/**
 * The options of the syslog server; undefined where no flag asks for one.
 * @throws USAGE
 */
export async function syslogOptions(args: SyslogArgs) {
  const { "syslog-proto": proto, "syslog-bind": bind, "syslog-tls": tls = false } = args;
  if (proto === undefined && bind === undefined) {
    if (!tls && args["syslog-allow-origin"] === undefined) return undefined;
    throw new CliError("USAGE", "--syslog-proto or --syslog-bind must be given to take syslog");
  }
  const protocol = oneOf("syslog-proto", proto ?? "udp", ["udp", "tcp"]);
  const files = [args["syslog-tls-cert"], args["syslog-tls-key"]] as const;
  return {
    protocol,
    bind: bind ?? "localhost:5514",
    tls: await tlsFiles("syslog", tls, [...files]),
    tlsAuth: args["syslog-tls-auth"] ?? false,
    tlsCa: args["syslog-tls-ca"],
    allowOrigins: listed(args["syslog-allow-origin"]),
  } as const;
}

/**
 * One of two words.
 * @throws USAGE
 */
export function oneOf<const Word extends string>(
  flag: string,
  text: string,
  words: readonly [Word, Word],
): Word {
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw new CliError(
    "USAGE",
    `--${flag}: ${JSON.stringify(text)} is neither ${words.join(" nor ")}`,
  );
}

export const listed = (text: string | undefined): string[] =>
  (text ?? "")
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");

export function origins(text: string | undefined): string[] {
  return listed(text).map((origin) => {
    if (URL.canParse(origin) && new URL(origin).origin === origin) return origin;
    throw new CliError(
      "USAGE",
      `--cors-origins: ${origin} isn't an origin`,
      "write scheme and host only, as in https://logs.example.com",
    );
  });
}
