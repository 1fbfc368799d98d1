// Checks the options of a client. They are given, or found in the environment.

import { InputError } from "./errors.js";
import { demandKnown, namesOf } from "./known-options.js";
import type { SeenResponse } from "./seen-response.js";

/** Certificates of the server; only in Node. @example `const tls: TlsOptions = { ca: await readFile("authority.pem", "utf8") }` */
export interface TlsOptions {
  /** PEM text of the authority that signed the server's certificate, in place of the usual ones. */
  ca?: string | undefined;
  /** Accepts any certificate: anybody in between can read and change everything. */
  insecure?: boolean | undefined;
}

/** What every client may be given. @example `const options: CommonOptions = { baseUrl: "https://logs.example.com", timeout: 5000 }` */
export interface CommonOptions {
  /** `https://logs.example.com`, maybe with a path in front of the API's; else `FLOWG_URL`. */
  baseUrl?: string | undefined;
  /** Milliseconds: for a whole JSON call, and within a transfer for the time in which no byte moves. 30 seconds unless given. */
  timeout?: number | undefined;
  /** How often a call that had no effect is tried again; 2 unless given. */
  retries?: number | undefined;
  /** Decides which certificates of the server count. */
  tls?: TlsOptions | undefined;
  /** Takes the place of the global `fetch` for JSON calls. Backups and restores go by node:http. */
  fetch?: ((request: Request) => Promise<Response>) | undefined;
  /** Told of every answer as it came, also of those that become errors. */
  onResponse?: ((seen: SeenResponse) => void) | undefined;
}

/** A client with a token; else `FLOWG_TOKEN`, or what is in the file that `FLOWG_TOKEN_FILE` names. @example `const options: TokenOptions = { token: "pat_…" }` */
export interface TokenOptions extends CommonOptions {
  /** A personal access token (`pat_…`), or a session's JWT. */
  token?: string | undefined;
  /** Not beside a token. */
  username?: never;
  /** Not beside a token. */
  password?: never;
}

/** A client that logs in, and again when its session ends. @example `const options: PasswordOptions = { username: "alice", password }` */
export interface PasswordOptions extends CommonOptions {
  /** The user that logs in. */
  username: string;
  /** Sent at the first call, and kept for the next session. */
  password: string;
  /** Not beside a password. */
  token?: never;
}

/**
 * What {@link createClient} takes.
 * @example
 * const options: ClientOptions = { baseUrl: "https://logs.example.com", token: "pat_…" };
 */
export type ClientOptions = TokenOptions | PasswordOptions;

/** The same, with what wasn't given filled in. */
export interface Settings {
  /** Without a slash at its end. */
  baseUrl: string;
  timeout: number;
  retries: number;
  tls: TlsOptions | undefined;
  fetch: ((request: Request) => Promise<Response>) | undefined;
  onResponse: ((seen: SeenResponse) => void) | undefined;
  credentials:
    | { token: string }
    | { tokenFile: string }
    | { username: string; password: string }
    | undefined;
  /** Whether the environment names a proxy, for some hosts at least. */
  mayBeProxied: boolean;
}

const OPTIONS = namesOf<TokenOptions & PasswordOptions>({
  baseUrl: true,
  token: true,
  username: true,
  password: true,
  timeout: true,
  retries: true,
  tls: true,
  fetch: true,
  onResponse: true,
});
const PROXY_VARIABLES = ["http_proxy", "https_proxy", "all_proxy"].flatMap((name) => [
  name,
  name.toUpperCase(),
]);
const TIMEOUT_MS = 30_000;
const RETRIES = 2;
/** The most that `setTimeout` takes: with more it fires at once. */
export const TIMEOUT_MAX_MS = 2_147_483_647;

/**
 * The same number, if a timer takes it.
 * @param name what it is the value of: `"timeout"`
 * @throws InputError
 */
export function milliseconds(name: string, value: number): number {
  if (value > 0 && value <= TIMEOUT_MAX_MS) return value;
  throw new InputError(`${name}: ${value} isn't a number of milliseconds`, {
    hint: `give one from 1 to ${TIMEOUT_MAX_MS}`,
  });
}

/** @throws InputError */
export function settingsOf(options: ClientOptions): Settings {
  demandKnown(options, OPTIONS);
  const { timeout = TIMEOUT_MS, retries = RETRIES } = options;
  if (!Number.isSafeInteger(retries) || retries < 0) {
    throw new InputError(`retries: ${retries} isn't a count`);
  }
  return {
    baseUrl: baseUrl(options.baseUrl ?? fromEnvironment("FLOWG_URL")),
    timeout: milliseconds("timeout", timeout),
    retries,
    tls: options.tls,
    fetch: options.fetch,
    onResponse: options.onResponse,
    credentials: credentials(options),
    mayBeProxied: PROXY_VARIABLES.some((name) => fromEnvironment(name) !== undefined),
  };
}

function baseUrl(text: string | undefined): string {
  if (text === undefined) {
    throw new InputError("there is no baseUrl", {
      hint: "give one, or set FLOWG_URL: for example http://localhost:5080",
    });
  }
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new InputError("the base URL isn't an http or https URL", {
      hint: "write it as in https://logs.example.com",
    });
  }
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") {
    throw new InputError("the base URL holds a user name or password", {
      hint: "give them as options: a URL gets around",
    });
  }
  if (url.search !== "" || url.hash !== "") {
    throw new InputError("the base URL has a query or a fragment", { hint: "leave it out" });
  }
  if (/\/api\/v1\/*$/.test(url.pathname)) {
    throw new InputError("the base URL ends with /api/v1", { hint: "leave that out" });
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}

function credentials(options: ClientOptions): Settings["credentials"] {
  const { token, username, password } = options;
  if (token !== undefined && (username !== undefined || password !== undefined)) {
    throw new InputError("there is a token, and a user name or password as well", {
      hint: "give one of them",
    });
  }
  if (username !== undefined || password !== undefined) {
    if (!username || !password) throw new InputError("username and password belong together");
    return { username, password };
  }
  const [variable, tokenFile] = [
    fromEnvironment("FLOWG_TOKEN"),
    fromEnvironment("FLOWG_TOKEN_FILE"),
  ];
  if (token === undefined && tokenFile !== undefined) {
    if (variable === undefined) return { tokenFile };
    throw new InputError("FLOWG_TOKEN and FLOWG_TOKEN_FILE are both set", {
      hint: "unset one of them, or give the token",
    });
  }
  const text = (token ?? variable)?.trim();
  if (text === undefined || text === "") return undefined;
  return { token: checkedToken(text) };
}

/** @throws InputError */
export function checkedToken(text: string): string {
  // it goes into a header; and a token with a blank in it is a mistake
  if (!/^[\x21-\x7e]+$/.test(text)) {
    throw new InputError("the token has characters that no token has");
  }
  return text;
}

/** The value of a variable; an empty one counts as unset. Browsers have no environment. */
function fromEnvironment(name: string): string | undefined {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env?.[name] || undefined;
}
