// Makes the Authorization header: from a token as it is, or from a session that begins when it is first needed.

import { UnauthenticatedError } from "./errors.js";
import type { Settings } from "./options.js";

/** Gives the header's value, or undefined for none. */
export interface Authorization {
  header(): Promise<string | undefined>;
  /**
   * Told that the server did not take the header.
   * @returns whether the next one will be another
   */
  refused(header: string | undefined): boolean;
}

/** @param login gives the JWT of a new session */
export function authorizationFor(
  credentials: Settings["credentials"],
  login: (username: string, password: string) => Promise<string>,
): Authorization {
  if (credentials === undefined || "token" in credentials) {
    const header = credentials && bearer(credentials.token);
    return { header: async () => header, refused: () => false };
  }
  const begun =
    "tokenFile" in credentials
      ? () => tokenIn(credentials.tokenFile)
      : () => login(credentials.username, credentials.password);
  let known: string | undefined;
  let session: Promise<string> | undefined;
  const begin = async () => {
    try {
      known = bearer(await begun());
      return known;
    } catch (error) {
      session = undefined;
      throw error;
    }
  };
  return {
    header: () => {
      // calls at the same time share one login; one that failed is not kept
      session ??= begin();
      return session;
    },
    refused: (header) => {
      if (header === known) session = undefined;
      return true;
    },
  };
}

/** Reads the token when it is first needed, and again when a server refuses it, because files of secrets are renewed. */
async function tokenIn(path: string): Promise<string> {
  const { readTokenFile } = await import("./node/token-file.js");
  return await readTokenFile(path);
}

/** The form that FlowG v0.24 demands; later versions take it too. */
function bearer(token: string): string {
  if (/^(pat|jwt):/i.test(token)) return `Bearer ${token}`;
  if (token.startsWith("pat_")) return `Bearer pat:${token}`;
  if (token.startsWith("jwt_")) return `Bearer jwt:${token.slice(4)}`;
  return token.split(".").length === 3 ? `Bearer jwt:${token}` : `Bearer pat:${token}`;
}

/** Sends with the header. Sends once more with a fresh one where a session has ended and the body wasn't used. */
export async function authorized<T>(
  authorization: Authorization,
  send: (header: string | undefined) => Promise<T>,
  isUsedUp: () => boolean = () => false,
): Promise<T> {
  const header = await authorization.header();
  try {
    return await send(header);
  } catch (error) {
    const ended = error instanceof UnauthenticatedError && authorization.refused(header);
    if (!ended || isUsedUp()) throw error;
    return await send(await authorization.header());
  }
}
