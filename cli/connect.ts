// Makes a client for the server that the flags of a command name.

import type { FlowgClient, SeenResponse, TlsOptions } from "../sdk/index.js";
import { CliError } from "./failure.js";
import { textOf } from "./input/text-file.js";
import { type Login, storedLogin, storedLogins } from "./logins.js";
import type { Output } from "./output/output.js";
import { safe } from "./output/safe.js";
import type { Asking, ServerValues } from "./target.js";

export interface Connection {
  client: FlowgClient;
  /** `server https://logs.example.com, as alice`: said before anything is done. */
  description: string;
}

type ConnectValues = ServerValues & { url: string };

/** @throws USAGE, UNAUTHENTICATED, FILE_UNAVAILABLE */
export async function connect(asking: Asking<ConnectValues>): Promise<Connection> {
  const { createClient } = await import("../sdk/index.js");
  const { args } = asking;
  const tls = await tlsOptions(asking);
  // made only for the normal form of the URL, under which a login is stored
  const { baseUrl } = createClient({ baseUrl: args.url, token: "none" });
  warnOfPlainHttp(asking.output, baseUrl);
  const { token, whose } = await credentials(asking, baseUrl);
  return {
    client: createClient({ baseUrl, token, tls, onResponse: debugLog(asking.output) }),
    description: `server ${baseUrl}, ${whose}`,
  };
}

/** A function that writes a line for each answer, if FLOWG_DEBUG=1. */
function debugLog(output: Output): ((seen: SeenResponse) => void) | undefined {
  if (process.env.FLOWG_DEBUG !== "1") return undefined;
  return ({ method, url, status, milliseconds, headers }) => {
    const request = headers["x-request-id"] ?? "unknown";
    const { pathname } = new URL(url);
    output.remark(`debug: ${method} ${pathname} ${status}, ${milliseconds} ms, request ${request}`);
  };
}

/** @throws FILE_UNAVAILABLE, USAGE */
export async function tlsOptions({
  args: { ca, insecure },
  output,
}: Asking<ServerValues>): Promise<TlsOptions> {
  if (insecure) {
    output.warn("--insecure: the server's certificate is not checked; anybody may be answering");
  }
  if (ca === undefined) return { insecure };
  const text = await textOf(ca);
  if (!text.includes("-----BEGIN CERTIFICATE-----")) {
    throw new CliError("USAGE", `${ca} holds no certificate`, "--ca takes one in PEM form");
  }
  return { insecure, ca: text };
}

async function credentials(
  { args, origins }: Asking<ConnectValues>,
  baseUrl: string,
): Promise<{ token: string; whose: string }> {
  const file = tokenFile(args, origins);
  if (file !== undefined) {
    const token = (await textOf(file)).trim();
    if (token === "") throw new CliError("USAGE", `there is no token in ${file}`);
    return { token, whose: `with the token in ${file}` };
  }
  if (args.token !== undefined) {
    const from = origins.token === "env" ? "FLOWG_TOKEN" : "--token";
    return { token: args.token, whose: `with the token of ${from}` };
  }
  const login = await storedLogin(baseUrl);
  const hint = `run \`flowg login --url ${baseUrl}\`, or give --token-file, FLOWG_TOKEN or FLOWG_TOKEN_FILE`;
  if (login === undefined) {
    throw new CliError("UNAUTHENTICATED", `there is no token for ${baseUrl}`, hint);
  }
  if (hasEnded(login)) {
    throw new CliError("UNAUTHENTICATED", `the login at ${baseUrl} has ended`, hint);
  }
  return { token: login.token, whose: `as ${login.username}` };
}

/**
 * The file to read a token from. A flag wins over a variable.
 * @throws USAGE
 */
function tokenFile(
  args: ServerValues,
  origins: Asking<ServerValues>["origins"],
): string | undefined {
  const file = args["token-file"];
  const [token, from] = [origins.token, origins["token-file"]];
  if (file === undefined || args.token === undefined || token !== from)
    return token === "flag" && from === "env" ? undefined : file;
  throw token === "flag"
    ? new CliError("USAGE", "--token and --token-file exclude each other")
    : new CliError("USAGE", "FLOWG_TOKEN and FLOWG_TOKEN_FILE are both set", "unset one of them");
}

/** Whether a session has ended, by its own claim (RFC 7519 section 4.1.4). The server may end it earlier. */
function hasEnded({ token }: Login): boolean {
  try {
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    return typeof claims.exp === "number" && claims.exp * 1000 < Date.now();
  } catch {
    return false;
  }
}

/** Warns if the connection isn't encrypted, since others could read the token. */
export function warnOfPlainHttp(output: Output, baseUrl: string): void {
  const { protocol, hostname } = new URL(baseUrl);
  const isLocal = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  if (protocol === "http:" && !isLocal) {
    output.warn(
      `${hostname} is reached without TLS: others on the way can read the token and the data`,
    );
  }
}

/**
 * The URL of the named server, or of the only one that this user has logged in to.
 * @throws USAGE if there is none, or more than one
 */
export async function urlOf({ url }: Pick<ServerValues, "url">): Promise<string> {
  if (url !== undefined) return url;
  const known = Object.keys(await storedLogins());
  const [only] = known;
  if (known.length === 1 && only !== undefined) return only;
  throw new CliError(
    "USAGE",
    "the flag --url is missing",
    known.length === 0
      ? "give it, or log in once with `flowg login --url URL`"
      : `you have logged in to ${known.length} servers: say which, ${known.map(safe).join(" or ")}`,
  );
}

/** Makes the client of a command that only a server can carry out, and says which server that is. */
export async function connectTo(asking: Asking<ServerValues>): Promise<FlowgClient> {
  const url = await urlOf(asking.args);
  const { client, description } = await connect({ ...asking, args: { ...asking.args, url } });
  asking.output.remark(description);
  return client;
}
