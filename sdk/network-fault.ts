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

/** OpenSSL reads what comes as a record of TLS. These are what it makes of plain text. */
const NO_TLS =
  /wrong.version.number|packet.length.too.long|record.layer.failure|unknown.protocol|http.request/i;
/** The other side has ended the handshake, and says why (RFC 8446 section 6). */
const ALERT = /alert ([a-z ]+?)(?::|$)/i;

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
  const host = proxy === undefined || isCertificate(code) ? server : `the proxy ${proxy}`;
  const [what, hint] = isTls(code)
    ? tlsMeaning(code, host, deepest(cause))
    : meaning(code, host, protocol);
  const reason = what ?? `the connection to ${host} failed: ${deepest(cause)}`;
  return new ConnectionError(reason, { cause, hint });
}

function meaning(
  code: string,
  host: string,
  protocol: string,
): [what: string | undefined, hint: string | undefined] {
  if (isCertificate(code)) {
    return [`the certificate of ${host} is not accepted (${code})`, certificateHint(code)];
  }
  if (code.startsWith("HPE_"))
    return [`${host} does not answer as HTTP does`, "is it https instead of http?"];
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

/** OpenSSL's own errors, alerts among them. What is wrong with a certificate that we got, Node says otherwise. */
const isTls = (code: string): boolean => code === "EPROTO" || code.startsWith("ERR_SSL");

const isCertificate = (code: string): boolean => CERTIFICATE.test(code) && !isTls(code);

function tlsMeaning(code: string, host: string, said: string): [what: string, hint: string] {
  if (NO_TLS.test(code) || NO_TLS.test(said))
    return [`${host} does not speak TLS`, "is it http instead of https?"];
  const alert = ALERT.exec(said)?.[1];
  return [
    `no secure connection to ${host}: ${alert ? `it answers "${alert}"` : code}`,
    "the server and this machine agree on no version of TLS, or it wants a client's certificate, which flowg has none of",
  ];
}

function certificateHint(code: string): string {
  const now = new Date().toUTCString();
  switch (code) {
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return "it is made for another name: use that name in the URL";
    case "CERT_HAS_EXPIRED":
      return `it has expired: its owner must renew it, unless this machine's clock is wrong: ${now}`;
    case "CERT_NOT_YET_VALID":
      return `it isn't valid yet: set this machine's clock, if it is wrong: ${now}`;
    default:
      return "if a private authority signed it, give that authority's certificate (`tls.ca` of the SDK, --ca on the command line)";
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
  for (const at of causes(error)) {
    if ("code" in at && typeof at.code === "string") return at.code;
    // codes of Node's HTTP parser begin with HPE_; the error of fetch has lost its code in Node 24.22, and kept its name
    if (at.name === "HTTPParserError") return "HPE_UNKNOWN";
    // several addresses were tried
    if (at instanceof AggregateError && at.errors.length > 0) return codeOf(at.errors[0]);
  }
  return undefined;
}

function deepest(error: unknown): string {
  let message = String(error);
  for (const at of causes(error)) {
    if (at.message !== "") message = at.message;
  }
  return message;
}

/** The error itself and what caused it, to a depth of five. */
function causes(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let at = error; at instanceof Error && chain.length < 5; at = at.cause) chain.push(at);
  return chain;
}
