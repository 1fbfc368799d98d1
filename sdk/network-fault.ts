// Explains a failed connection to people, from the codes of Node's sockets, its TLS and its fetch.

import { ConnectionError, FlowgSdkError } from "./errors.js";

/** Nothing has reached the server when these come. */
const NOT_SENT = new Set(["ECONNREFUSED", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/** Another try may well succeed. */
const PASSING = new Set([
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "UND_ERR_SOCKET",
  "UND_ERR_CONNECT_TIMEOUT",
]);

const CERTIFICATE = /CERT|ERR_TLS|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/;

/** Whether the server can't have seen anything of the request. */
export function isUnsent(error: unknown): boolean {
  return error instanceof ConnectionError && NOT_SENT.has(codeOf(error.cause) ?? "");
}

/** Whether the connection broke, as connections do. */
export function isPassing(error: unknown): boolean {
  return error instanceof ConnectionError && PASSING.has(codeOf(error.cause) ?? "");
}

/**
 * @param origin of the server
 * @param proxy its host and port, where the way leads by one: what fails is the connection to that, but for certificates
 */
export function connectionError(cause: unknown, origin: string, proxy?: string): FlowgSdkError {
  if (cause instanceof FlowgSdkError) return cause;
  const code = codeOf(cause) ?? "";
  const { host: server, protocol } = new URL(origin);
  const host = proxy === undefined || CERTIFICATE.test(code) ? server : `the proxy ${proxy}`;
  const [what, hint] = meaning(code, host, protocol);
  const reason = what ?? `the connection to ${host} failed: ${deepest(cause)}`;
  return new ConnectionError(reason, { cause, hint });
}

function meaning(
  code: string,
  host: string,
  protocol: string,
): [what: string | undefined, hint: string | undefined] {
  if (CERTIFICATE.test(code)) {
    return [
      `the certificate of ${host} is not accepted (${code})`,
      code === "ERR_TLS_CERT_ALTNAME_INVALID"
        ? "it is made for another name: use that name in the URL"
        : "if a private authority signed it, give that authority's certificate (`tls.ca` of the SDK, --ca on the command line)",
    ];
  }
  switch (code) {
    case "ECONNREFUSED":
      return [`nothing listens at ${host}`, "is the server running, and the port right?"];
    case "ENOTFOUND":
      return [`there is no host ${host.replace(/:\d+$/, "")}`, "check the URL"];
    case "EAI_AGAIN":
      return [
        `the name ${host} can't be resolved now`,
        "check the network and its name server, and try again",
      ];
    case "ETIMEDOUT":
    case "UND_ERR_CONNECT_TIMEOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return [`${host} can't be reached (${code})`, "check the network, a firewall, and the URL"];
    case "EPROTO":
    case "ERR_SSL_WRONG_VERSION_NUMBER":
    case "ERR_SSL_PACKET_LENGTH_TOO_LONG":
      return [`${host} does not speak TLS`, "is it http instead of https?"];
    case "ECONNRESET":
    case "EPIPE":
    case "UND_ERR_SOCKET":
    case "ERR_STREAM_PREMATURE_CLOSE":
      return [
        `${host} broke the connection`,
        protocol === "http:"
          ? "try again; if it always happens: is it https instead of http?"
          : "try again; if it always happens, the server's log may say why",
      ];
    default:
      return [undefined, ownOrigin() ?? "check the URL and the network, and try again"];
  }
}

/** A browser says of a refusal by CORS no more than that the call failed. */
function ownOrigin(): string | undefined {
  const { document, location } = globalThis as {
    document?: object;
    location?: { origin?: string };
  };
  if (document === undefined || location?.origin === undefined) return undefined;
  return `does the server run, and does its --cors-origins (FLOWG_CORS_ORIGINS) list ${location.origin}?`;
}

/** The first code along the causes: fetch hides it in there. */
function codeOf(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ("code" in at && typeof at.code === "string") return at.code;
    // several addresses were tried
    if (at instanceof AggregateError && at.errors.length > 0) return codeOf(at.errors[0]);
  }
  return undefined;
}

function deepest(error: unknown): string {
  let message = String(error);
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at.message !== "") message = at.message;
  }
  return message;
}
