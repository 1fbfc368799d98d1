// Limits a restore by a user who doesn't hold all scopes. The accounts that it brings grant at most that user's scopes, as if
// the user had set them by hand (see limits). Accounts that were there and stay keep their limits, narrower or wider.

import { firstSegment } from "../keys.js";
import { decodeValue, encodeValue, type TokenRecord, type UserRecord } from "../records.js";
import { type Limit, narrower, roleLimit, userRecord } from "./limits.js";
import { endsAt } from "./token-terms.js";

/**
 * The value to store for a record of a snapshot.
 * @param old the database's value under the same key
 * @param held the most that the restoring user can give
 */
export function limitRestored(
  { key, value }: { key: Uint8Array; value: Uint8Array },
  old: Uint8Array | undefined,
  held: Limit,
): Uint8Array {
  if (held === undefined) return value;
  const kind = firstSegment(key);
  if (kind === "user") {
    const was = old && decodeValue<UserRecord>(old);
    return encodeValue(limitedUser(decodeValue(value), was, held));
  }
  if (kind === "token") {
    const was = old && decodeValue<TokenRecord>(old);
    return encodeValue(limitedToken(decodeValue(value), was, held));
  }
  return value;
}

function limitedUser(user: UserRecord, was: UserRecord | undefined, held: Limit): UserRecord {
  const roles = new Map<string, Limit>();
  for (const role of user.roles) {
    const had = was?.roles.includes(role);
    roles.set(role, had ? roleLimit(was ?? {}, role) : narrower(roleLimit(user, role), held));
  }
  const samePassword = was?.passwordHash === user.passwordHash;
  const passwordLimit = samePassword ? was?.passwordLimit : narrower(user.passwordLimit, held);
  return userRecord({ passwordHash: user.passwordHash, passwordLimit, roles });
}

function limitedToken(token: TokenRecord, was: TokenRecord | undefined, held: Limit): TokenRecord {
  const { limit: given, ...stays } = token;
  // a token that would live longer counts as a new one
  const isSame = was && tokenHash(was) === tokenHash(token) && endsAt(token) <= endsAt(was);
  const limit = isSame ? was.limit : narrower(given, held);
  return { ...stays, ...(limit && { limit: [...limit] }) };
}

/** SHA-256 in hex, or FlowG's Argon2id string. */
export const tokenHash = (token: TokenRecord): string =>
  "sha256" in token ? token.sha256 : token.legacyHash;
