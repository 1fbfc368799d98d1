// The token look-up, derived from token records: which user and token a SHA-256 belongs to, and which
// tokens still have FlowG's slow hash. Keys only, the values are empty:
//
//     sha256␛HEX␛USER␛UUID        legacy␛USER␛UUID

import { beginsWith, type Key, key, keyHead, segments, under } from "../keys.js";
import { decodeValue, type TokenRecord, tokenKey } from "../records.js";

const TOKEN = keyHead("token");

/** The keys of the derived table that stem from one record; none but for a token. */
export function authDerivedKeys(recordKey: Uint8Array, value: Uint8Array): Key[] {
  if (!isTokenKey(recordKey)) return [];
  const [, user = "", uuid = ""] = segments(recordKey);
  return tokenDerivedKeys(user, uuid, decodeValue<TokenRecord>(value));
}

/** The same for a token that is at hand. */
export function tokenDerivedKeys(user: string, uuid: string, token: TokenRecord): Key[] {
  return "sha256" in token
    ? [key("sha256", token.sha256, user, uuid)]
    : [key("legacy", user, uuid)];
}

/** The key of the record that such a key stems from. */
export function tokenOfDerivedKey(derivedKey: Uint8Array): Key {
  const [user = "", uuid = ""] = segments(derivedKey).slice(-2);
  return tokenKey(user, uuid);
}

/** All derived keys of one SHA-256. */
export const sha256Range = (hex: string) => under("sha256", hex);
/** All derived keys of tokens that have one. */
export const sha256Tokens = () => under("sha256");
/** All derived keys of tokens with a legacy hash. */
export const legacyRange = () => under("legacy");

export function isTokenKey(recordKey: Uint8Array): boolean {
  return beginsWith(recordKey, 0, TOKEN);
}
