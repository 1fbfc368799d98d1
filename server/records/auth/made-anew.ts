// Since a restore removed a user, another person may have got the user's name. When that restore is taken back, the removed
// tokens must not let their holder in as that person.

import { recordChecksum } from "../../platform/checksum/checksum.js";
import { segments } from "../keys.js";
import { userKey } from "../records.js";

/** Tells what a restore did to a user. */
export interface UserOfRun {
  /** The record from before. */
  old: Uint8Array;
  /** Undefined where the user was removed. Where the user stayed, it describes the record from before. */
  wrote: { checksum: number; length: number } | undefined;
}

/** Users by name. */
export type UsersOfRun = ReadonlyMap<string, UserOfRun>;

/**
 * Whether a record is a token of a user whose record is neither the one from before the restore nor the one after it.
 * @param find gives a record as it is now
 */
export function isOfUserMadeAnew(
  key: Uint8Array,
  users: UsersOfRun,
  find: (key: Buffer) => Uint8Array | undefined,
): boolean {
  if (users.size === 0) return false;
  const [kind, name = ""] = segments(key as Buffer);
  const then = kind === "token" ? users.get(name) : undefined;
  const now = then && find(userKey(name));
  if (!now || Buffer.compare(now, then.old) === 0) return false;
  const { wrote } = then;
  return wrote?.length !== now.length || wrote.checksum !== recordChecksum(userKey(name), now);
}
