// Password hashes: Argon2id with OWASP's parameters (Password Storage Cheat Sheet: m=19456, t=2, p=1), and FlowG's
// older, much weaker ones, which are accepted once and then replaced.

import { hash, verify } from "@node-rs/argon2";
import { FlowgError } from "../../platform/errors.js";
import {
  type Argon2Parameters,
  isLegacy,
  readParameters,
} from "../../records/auth/argon2-bounds.js";
import { verifyLegacyArgon2id } from "./argon2id.js";
import { FewAtOnce } from "./few-at-once.js";

/** Hashes computed at once in this process. Each takes a core, memory, and a thread that writes need, too. */
const AT_ONCE = 2;
const WAITING_MAX = 200;
const hashing = new FewAtOnce(
  { places: AT_ONCE, waiting: WAITING_MAX },
  () =>
    new FlowgError("RATE_LIMITED", "too many passwords are being checked", {
      hint: "try again in a second",
      details: { retryAfterSeconds: 1 },
    }),
);

const OWASP = { memoryCost: 19456, timeCost: 2, parallelism: 1 };
/** The longest password, in bytes of UTF-8. Hashing takes longer for longer passwords. */
export const PASSWORD_MAX_BYTES = 4096;

// A hash that belongs to nobody. The password of an unknown user is compared with it, so that the answer takes as long as for a
// known one.
const DUMMY =
  "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$uu3HROrzHZqVFYv8ltMcBMAKOrS6tgQiachBe/o7K3Q";

/**
 * The Argon2id string to store.
 * @throws INPUT_INVALID, RATE_LIMITED
 */
export async function hashPassword(password: string): Promise<string> {
  const bytes = Buffer.byteLength(password);
  if (bytes < 1 || bytes > PASSWORD_MAX_BYTES) {
    throw new FlowgError(
      "INPUT_INVALID",
      bytes < 1 ? "the password is empty" : `the password is ${bytes} bytes long`,
      { hint: `use 1 to ${PASSWORD_MAX_BYTES} bytes` },
    );
  }
  return hashing.run(() => hash(password, OWASP));
}

export interface PasswordCheck {
  matches: boolean;
  /** It matches, but the hash is weaker than new ones. */
  outdated: boolean;
}

/**
 * Compares a password with a stored hash. Costs the same whether or not it matches, and whether or not there is a hash. An
 * empty password never matches, although FlowG stored its hash for users without a password.
 * @throws RATE_LIMITED
 */
export function checkPassword(
  stored: string | undefined,
  password: string,
): Promise<PasswordCheck> {
  return hashing.run(() => check(stored, password));
}

async function check(stored: string | undefined, password: string): Promise<PasswordCheck> {
  const parameters = stored === undefined ? undefined : readParameters(stored);
  const usable = password !== "" && Buffer.byteLength(password) <= PASSWORD_MAX_BYTES;
  if (stored === undefined || parameters === undefined || !usable) {
    await verify(DUMMY, usable ? password : "");
    return { matches: false, outdated: false };
  }
  const outdated = isWeak(parameters);
  if (isLegacy(parameters)) {
    const matches = verifyLegacyArgon2id(stored, password);
    // the legacy check takes almost no time, which would show that this user exists
    await verify(DUMMY, password);
    return { matches, outdated: matches };
  }
  const matches = await verify(stored, password).catch(() => false);
  return { matches, outdated: matches && outdated };
}

const isWeak = ({ memory, passes, saltBytes }: Argon2Parameters): boolean =>
  memory < OWASP.memoryCost || passes < OWASP.timeCost || saltBytes < 16;
