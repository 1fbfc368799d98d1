// Keeps the log-ins of shippers, which send a name and a password with each request. Checking a password takes a core fifty
// milliseconds, so the server checks it once and then keeps a session. The session ends when the password is changed or the
// user is deleted.

import { createHmac, randomBytes } from "node:crypto";
import type { Credentials } from "../../api/credentials.js";
import { parseAuthorization } from "../../api/credentials.js";
import { FlowgError } from "../../platform/errors.js";
import { forgetOldest } from "../../platform/forget-oldest.js";

const MOST_KEPT = 1_000;
/** A log-in is kept this long; its session lasts a day. */
const KEPT_MS = 12 * 60 * 60 * 1000;

/**
 * Checks a name and a password.
 * @returns the token of a session
 * @throws UNAUTHENTICATED, RATE_LIMITED
 */
export type LogIn = (username: string, password: string) => Promise<string>;

interface Kept {
  session: Promise<string>;
  until: number;
}

export class ElasticLogin {
  /** A key of this process, so that the kept digests reveal no password. */
  readonly #key = randomBytes(32);
  readonly #kept = new Map<string, Kept>();

  /**
   * Reads every form of the Authorization header: a name and a password, a name and a token, an API key whose secret is a
   * token, and the API's own forms.
   * @returns credentials in the API's form, and a function that forgets the log-in once its session is void
   */
  async credentials(
    header: string | undefined,
    logIn: LogIn,
  ): Promise<{ credentials: Credentials | undefined; forget: (() => void) | undefined }> {
    const [, scheme = "", encoded = ""] = /^(basic|apikey) +(\S+) *$/i.exec(header ?? "") ?? [];
    if (scheme === "") return { credentials: parseAuthorization(header), forget: undefined };
    const [, username = "", password = ""] =
      /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, "base64").toString()) ?? [];
    if (password.startsWith("pat_"))
      return { credentials: { kind: "token", text: password }, forget: undefined };
    if (scheme.toLowerCase() === "apikey")
      throw new FlowgError("UNAUTHENTICATED", "the API key is not a name and a token");
    const digest = createHmac("sha256", this.#key)
      .update(JSON.stringify([username, password]))
      .digest("base64");
    const text = await this.#sessionOf(digest, () => logIn(username, password));
    return {
      credentials: { kind: "session", text },
      forget: () => this.#kept.delete(digest),
    };
  }

  async #sessionOf(digest: string, logIn: () => Promise<string>): Promise<string> {
    const known = this.#kept.get(digest);
    if (known && known.until > Date.now()) return await known.session;
    const session = logIn();
    this.#kept.delete(digest);
    this.#kept.set(digest, { session, until: Date.now() + KEPT_MS });
    forgetOldest(this.#kept, MOST_KEPT);
    try {
      return await session;
    } catch (error) {
      this.#kept.delete(digest);
      throw error;
    }
  }
}
