// The Authorization header, in every form that FlowG's users send: `Bearer pat:TOKEN` and `Bearer jwt:TOKEN` of v0.24,
// `Bearer pat_…` and `Bearer jwt_…` of v0.32 and later, and a bare JWT.

export interface Credentials {
  kind: "token" | "session";
  /** The personal access token with its `pat_`, or the JWT without any prefix. */
  text: string;
}

const BEARER = /^bearer +(\S+) *$/i;
const PREFIX = /^(pat|jwt):/i;

/** @returns undefined if the header is missing or malformed */
export function parseAuthorization(header: string | undefined): Credentials | undefined {
  const value = BEARER.exec(header ?? "")?.[1];
  if (value === undefined) return undefined;
  const prefix = PREFIX.exec(value)?.[1]?.toLowerCase();
  const text = prefix ? value.slice(4) : value;
  if (prefix === "pat" || (!prefix && text.startsWith("pat_"))) return { kind: "token", text };
  const jwt = text.startsWith("jwt_") ? text.slice(4) : text;
  return prefix === "jwt" || jwt.split(".").length === 3
    ? { kind: "session", text: jwt }
    : undefined;
}
