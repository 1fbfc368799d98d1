// Users who can't log in with their passwords here. Their stored hash asks for more than this server spends, or isn't a hash at
// all. A look at a backup reports them, and so does a restore.

import { segments } from "../keys.js";
import { decodeValue, type StoredRecord, type UserRecord } from "../records.js";
import { isVerifiable } from "./argon2-bounds.js";
import { namesOfUsers } from "./token-clash.js";

/** The name of a record's user, if that user can't log in. */
export function lockedUser({ key, value }: StoredRecord): string | undefined {
  const [kind, name = ""] = segments(key);
  if (kind !== "user") return undefined;
  return isVerifiable(decodeValue<UserRecord>(value).passwordHash) ? undefined : name;
}

/** A sentence on them all, if there are any. */
export function lockedUsersWarnings(users: readonly string[]): string[] {
  if (users.length === 0) return [];
  return [
    `users who can't log in until somebody sets their password, because its hash isn't an Argon2id one, or asks for more memory and time than this server spends: ${namesOfUsers([...users].sort())}`,
  ];
}
