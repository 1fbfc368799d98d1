// Says in words why no answer of a store came: sockets and TLS tell it in codes, and in the words of their libraries. `sdk/network-fault`
// does the same for a FlowG server, since the SDK imports nothing of the server.

import { FlowgError, systemCode } from "../../../platform/errors.js";
import { TransientFault } from "../object-store.js";

export interface Way {
  /** The store's URL. */
  url: URL;
  /** The proxy's URL, where the way leads by one. */
  proxy?: URL | undefined;
}

const ENDPOINT = "AWS_ENDPOINT_URL_S3, or ?endpoint=… in the repository's URL";

/** Any fault of a request that had no whole answer. */
export function connectionFault(cause: unknown, way: Way): FlowgError {
  if (cause instanceof FlowgError) return cause;
  const code = systemCode(cause) ?? "";
  return (
    certificateFault(cause, code, way) ??
    tlsFault(cause, code, way) ??
    deafFault(cause, code, way) ??
    brokenFault(cause, code, way)
  );
}

/** Codes of X509_verify_cert(3), as Node names them, and Node's own. */
const CERTIFICATE = /CERT|SIGNATURE|ISSUER|^ERR_TLS/;
const UNKNOWN_AUTHORITY = /SELF_SIGNED|ISSUER|UNABLE_TO_VERIFY/;

function certificateFault(cause: unknown, code: string, way: Way): FlowgError | undefined {
  // a store may also refuse this machine's: that is an alert, see below
  if (!CERTIFICATE.test(code) || code.startsWith("ERR_SSL")) return undefined;
  const [what, hint] = certificateWords(cause, code);
  return new FlowgError(
    "REPOSITORY_UNAVAILABLE",
    `no secure connection to ${peerOf(way)}: its certificate ${what}`,
    { cause, hint },
  );
}

function certificateWords(cause: unknown, code: string): [what: string, hint: string] {
  const now = new Date().toUTCString();
  if (code === "CERT_HAS_EXPIRED")
    return ["has expired", `its owner must renew it, unless this machine's clock is wrong: ${now}`];
  if (code === "CERT_NOT_YET_VALID")
    return ["isn't valid yet", `set this machine's clock, if it is wrong: ${now}`];
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    const names = namesIn(cause);
    return [
      `is made for ${names === "" ? "other names" : names}`,
      `use such a name in the endpoint (${ENDPOINT}); path-style=true there takes the bucket out of the host's name`,
    ];
  }
  if (UNKNOWN_AUTHORITY.test(code))
    return [
      `comes from an authority that this machine doesn't know (${code})`,
      "if you trust it, name the file of its authority's certificate in AWS_CA_BUNDLE or NODE_EXTRA_CA_CERTS",
    ];
  return [`is not accepted (${code})`, "have its owner replace it"];
}

/** What the certificate is for. Another machine has made it, so it may hold anything. */
function namesIn(cause: unknown): string {
  const { cert } = cause as { cert?: { subjectaltname?: unknown } };
  const names = typeof cert?.subjectaltname === "string" ? cert.subjectaltname : "";
  return names
    .split(", ")
    .filter((name) => /^(DNS|IP Address):[\w.:*-]+$/.test(name))
    .map((name) => name.replace(/^[^:]*:/, ""))
    .slice(0, 5)
    .join(", ");
}

/** OpenSSL reads what comes as a record of TLS. These are what it makes of plain text. */
const NO_TLS =
  /wrong.version.number|packet.length.too.long|record.layer.failure|unknown.protocol|http.request/i;
/** The other side has ended the handshake, and says why (RFC 8446 section 6). */
const ALERT = /alert ([a-z ]+?)(?::|$)/i;

function tlsFault(cause: unknown, code: string, way: Way): FlowgError | undefined {
  if (code !== "EPROTO" && !code.startsWith("ERR_SSL")) return undefined;
  const said = cause instanceof Error ? cause.message : "";
  if (NO_TLS.test(said) || NO_TLS.test(code)) {
    return new FlowgError("REPOSITORY_UNAVAILABLE", `${peerOf(way)} speaks no TLS`, {
      cause,
      hint: `does it speak http:// only? Then write http:// in the endpoint: ${ENDPOINT}`,
    });
  }
  const alert = ALERT.exec(said)?.[1];
  return new FlowgError(
    "REPOSITORY_UNAVAILABLE",
    `no secure connection to ${peerOf(way)}: ${alert ? `it answers "${alert}"` : code}`,
    {
      cause,
      hint: "the store and this machine agree on no version of TLS, or it wants a client's certificate, which flowg has none of",
    },
  );
}

/** With a proxy at an https:// URL there are two greetings, and the error doesn't say which one it is of. */
const peerOf = ({ url, proxy }: Way): string =>
  proxy?.protocol === "https:" ? `${url.host} or the proxy ${proxy.host}` : url.host;

/** A slow network, or one that was away for a while, and ports that are used up: the address may well be right. */
const PASSING: ReadonlySet<string> = new Set(["ETIMEDOUT", "EADDRNOTAVAIL"]);

/** Nothing answers at that address, or its name is unknown. As a rule the address is wrong. */
function deafFault(cause: unknown, code: string, { url, proxy }: Way): FlowgError | undefined {
  const { host, hostname } = proxy ?? url;
  const who = proxy ? "the proxy" : "the store";
  const from = proxy ? "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY" : ENDPOINT;
  const isDeaf = !PASSING.has(code);
  const deaf = (what: string, hint: string) =>
    new TransientFault(`${who} ${host} can't be reached: ${what}`, { cause, isDeaf, hint });
  switch (code) {
    case "ECONNREFUSED":
      return deaf("nothing listens there", `does it run, and is the port right? See ${from}`);
    case "ENOTFOUND":
      return deaf(`there is no host ${hostname}`, `check its name: ${from}`);
    case "EAI_AGAIN":
      return deaf(
        `the name ${hostname} can't be resolved now`,
        `check the network, its name server, and the name: ${from}`,
      );
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "EADDRNOTAVAIL":
      return deaf(`no way leads there (${code})`, `check the network, and the address: ${from}`);
    case "ETIMEDOUT":
      return deaf("it doesn't answer", `check the network, a firewall, and the address: ${from}`);
    default:
      return undefined;
  }
}

function brokenFault(cause: unknown, code: string, { url, proxy }: Way): FlowgError {
  const by = proxy ? `, reached by the proxy ${proxy.host},` : "";
  if (code.startsWith("HPE_")) {
    return new TransientFault(`the store ${url.host}${by} doesn't answer as HTTP does (${code})`, {
      cause,
      isDeaf: true,
      hint: `is it https:// in place of http://, and the port right? See ${ENDPOINT}`,
    });
  }
  const isBroken = code === "ECONNRESET" || code === "EPIPE";
  const why = isBroken ? "" : `: ${code || (cause instanceof Error ? cause.message : cause)}`;
  return new TransientFault(`the store ${url.host}${by} broke the connection${why}`, {
    cause,
    ...(url.protocol === "http:" && {
      hint: `try again later; if it always happens: is it https:// in place of http://? See ${ENDPOINT}`,
    }),
  });
}
