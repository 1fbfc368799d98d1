// A token's hash belongs to one token of one user: were it two's, a user that can write one of them would decide whom the
// other one's bearer is. Only the texts of hashes can be compared: SHA-256 with SHA-256, one of FlowG's slow ones with its
// copy.

import { firstSegment, segments } from "../keys.js";
import { decodeValue, printable, type TokenRecord } from "../records.js";
import { tokenHash } from "./limit-restored.js";

/** A message names no more clashes. */
const NAMES_MAX = 10;

/**
 * The users whose tokens have a hash that another token has, too, sorted and each once.
 * @param records of an auth database, by the bytes of their keys as latin-1
 */
export function clashingOwners(records: ReadonlyMap<string, Uint8Array>): string[] {
  const owners = new Map<string, string>();
  const clashing = new Set<string>();
  for (const [latin1, value] of records) {
    const key = Buffer.from(latin1, "latin1");
    if (firstSegment(key) !== "token") continue;
    const [, user = ""] = segments(key);
    const hash = tokenHash(decodeValue<TokenRecord>(value));
    const other = owners.get(hash);
    if (other !== undefined) clashing.add(other).add(user);
    owners.set(hash, user);
  }
  return [...clashing].sort();
}

/** `aaa, root`, not too many. */
export function named(users: readonly string[]): string {
  const shown = users
    .slice(0, NAMES_MAX)
    .map((user) => printable(user))
    .join(", ");
  return users.length > NAMES_MAX ? `${shown} and ${users.length - NAMES_MAX} more` : shown;
}
