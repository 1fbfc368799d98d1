// Sessions: JWTs signed with HS256 that say who logged in and until when. A session ends with its user, with a
// change of the password, and after a day.

import { createSecretKey, type KeyObject } from "node:crypto";
import jwt from "jsonwebtoken";
import type { Limit } from "../records/auth/limits.js";
import type { AuthAt } from "../stores/auth/auth-at.js";

const ISSUER = "flowg";
export const SESSION_SECONDS = 24 * 60 * 60;

export interface Session {
  user: string;
  /** It opens no scopes but these. */
  limit: Limit;
}

export class SessionTokens {
  /** A ready key: given a text, the library would first find out that it isn't a public key, for half a millisecond each time. */
  readonly #key: KeyObject;

  constructor(key: string) {
    this.#key = createSecretKey(Buffer.from(key));
  }

  /**
   * The moment to give to {@link issue}: read it before the password is checked, so that a session which an old password
   * opened is void if the password changes meanwhile. Later than any end of the user's sessions, also if the
   * clock was set back. Milliseconds since 1970.
   */
  moment(auth: AuthAt, user: string): number {
    return Math.max(Date.now(), (auth.sessionsVoidUntil(user) ?? 0) + 1);
  }

  /** @param limit of the password that opened it: it holds on if a restore brings another password */
  issue(user: string, moment: number, limit: Limit): string {
    // RFC 7519 section 2: a NumericDate may have a fraction; ours tells apart sessions of the same second
    const claims = { iat: moment / 1000, ...(limit && { limit }) };
    return jwt.sign(claims, this.#key, {
      algorithm: "HS256",
      issuer: ISSUER,
      subject: user,
      expiresIn: SESSION_SECONDS,
    });
  }

  /** The user of a session, or undefined. Whether the user still exists is for the caller to find out. */
  verify(auth: AuthAt, text: string): Session | undefined {
    let claims: string | jwt.JwtPayload;
    try {
      claims = jwt.verify(text, this.#key, { algorithms: ["HS256"], issuer: ISSUER });
    } catch {
      return undefined;
    }
    if (typeof claims === "string") return undefined;
    const { sub, exp, iat } = claims;
    if (typeof sub !== "string" || typeof exp !== "number" || typeof iat !== "number")
      return undefined;
    const voidUntil = auth.sessionsVoidUntil(sub);
    if (voidUntil !== undefined && Math.round(iat * 1000) <= voidUntil) return undefined;
    const { limit } = claims;
    if (limit === undefined) return { user: sub, limit };
    return Array.isArray(limit) ? { user: sub, limit } : undefined;
  }
}
