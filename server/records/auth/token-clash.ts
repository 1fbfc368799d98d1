// A hash may belong to one token of one user only. If two users had it, whoever knows the token could be taken for either. Only
// the texts of hashes can be compared: a SHA-256 with a SHA-256, and one of FlowG's slow hashes with a copy of it.

import { firstSegment, segments } from "../keys.js";
import { decodeValue, printable, type TokenRecord } from "../records.js";
import { tokenHash } from "./limit-restored.js";

/** A message names at most so many users. */
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

/** Lists users as `aaa, root`, and counts those beyond the first ten. */
export function namesOfUsers(users: readonly string[]): string {
  const shown = users
    .slice(0, NAMES_MAX)
    .map((user) => printable(user))
    .join(", ");
  return users.length > NAMES_MAX ? `${shown} and ${users.length - NAMES_MAX} more` : shown;
}
