// Somebody else may have got the name of a user that a restore removed. The tokens of the one that was removed must not let
// their holder in as the other, when that restore is taken back.

import { segments } from "../keys.js";
import { userKey } from "../records.js";

/** Users that a restore removed, by name: their records from before. */
export type RemovedUsers = ReadonlyMap<string, Uint8Array>;

/** @param find a record as it is now */
export function isOfUserMadeAnew(
  key: Uint8Array,
  removed: RemovedUsers,
  find: (key: Buffer) => Uint8Array | undefined,
): boolean {
  if (removed.size === 0) return false;
  const [kind, name = ""] = segments(key as Buffer);
  const before = kind === "token" ? removed.get(name) : undefined;
  const now = before && find(userKey(name));
  return now !== undefined && Buffer.compare(now, before as Uint8Array) !== 0;
}
