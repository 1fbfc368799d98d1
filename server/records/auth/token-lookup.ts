// The token look-up, derived from token records. It tells which user and token a SHA-256 belongs to, and which tokens still
// have FlowG's slow hash. Its values are empty:
//
//     sha256␛HEX␛USER␛UUID        legacy␛USER␛UUID

import { beginsWith, type Key, key, keyHead, segments, under } from "../keys.js";
import { decodeValue, type TokenRecord, tokenKey } from "../records.js";

const TOKEN = keyHead("token");

/** The keys that the derived table holds for one record; none unless it is a token. */
export function authDerivedKeys(recordKey: Uint8Array, value: Uint8Array): Key[] {
  if (!isTokenKey(recordKey)) return [];
  const [, user = "", uuid = ""] = segments(recordKey);
  return tokenDerivedKeys(user, uuid, decodeValue<TokenRecord>(value));
}

/** The same for a decoded token. */
function tokenDerivedKeys(user: string, uuid: string, token: TokenRecord): Key[] {
  return "sha256" in token
    ? [key("sha256", token.sha256, user, uuid)]
    : [key("legacy", user, uuid)];
}

/** The key of the record that a derived key belongs to. */
export function tokenOfDerivedKey(derivedKey: Uint8Array): Key {
  const [user = "", uuid = ""] = segments(derivedKey).slice(-2);
  return tokenKey(user, uuid);
}

/** All derived keys of one SHA-256. */
export const sha256Range = (hex: string) => under("sha256", hex);
/** All derived keys of tokens with a SHA-256. */
export const sha256Tokens = () => under("sha256");
/** All derived keys of tokens with a legacy hash. */
export const legacyRange = () => under("legacy");

export function isTokenKey(recordKey: Uint8Array): boolean {
  return beginsWith(recordKey, 0, TOKEN);
}
