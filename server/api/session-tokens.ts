// Sessions are JWTs, signed with HS256, that name the user and the end of the session. A session ends when its user is deleted,
// when the password changes, and after a day.

import { createSecretKey, type KeyObject } from "node:crypto";
import jwt from "jsonwebtoken";
import type { Limit } from "../records/auth/limits.js";
import type { AuthAt } from "../stores/auth/auth-at.js";

const ISSUER = "flowg";
export const SESSION_SECONDS = 24 * 60 * 60;

export interface Session {
  user: string;
  /** The scopes that the session may open at most. */
  limit: Limit;
}

export class SessionTokens {
  /** A key object. With a text the library would take half a millisecond each time to find out that it isn't a public key. */
  readonly #key: KeyObject;

  constructor(key: string) {
    this.#key = createSecretKey(Buffer.from(key));
  }

  /**
   * The moment to give to {@link issue}, milliseconds since 1970. Read it before the password is checked: then a session from
   * an old password is void if the password changes meanwhile. It is later than any end of the user's sessions, even if the
   * clock was set back.
   */
  moment(auth: AuthAt, user: string): number {
    return Math.max(Date.now(), (auth.sessionsVoidUntil(user) ?? 0) + 1);
  }

  /** @param limit the limit of the password that opened the session, which stays if a restore brings another password */
  issue(user: string, moment: number, limit: Limit): string {
    // RFC 7519 section 2 allows a fraction, which here tells apart sessions of the same second
    const claims = { iat: moment / 1000, ...(limit && { limit }) };
    return jwt.sign(claims, this.#key, {
      algorithm: "HS256",
      issuer: ISSUER,
      subject: user,
      expiresIn: SESSION_SECONDS,
    });
  }

  /** The user of a valid session, or undefined. The caller must check that the user still exists. */
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
