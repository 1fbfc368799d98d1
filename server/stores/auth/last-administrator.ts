// Refuses to remove the last user, the last role, or the last user who may administer, unless the caller insists. Otherwise the
// server could be left without anybody who can log in or administer. A damaged record lets nobody in, so it doesn't count.

import { FlowgError } from "../../platform/errors.js";
import { ADMINISTERS, administersWith } from "../../records/auth/administers.js";
import { nameOf } from "../../records/auth/name-of.js";
import { under } from "../../records/keys.js";
import { nameProblem } from "../../records/names.js";
import {
  decodeValue,
  type RoleRecord,
  roleKey,
  type UserRecord,
  userKey,
} from "../../records/records.js";
import type { Instant } from "../../storage/tables.js";

/** The way to insist. */
export interface Insist {
  /** Allows a change that leaves no user, no role or no administrator. */
  allowNoAdmin?: boolean | undefined;
}

type Records = Pick<Instant, "records">;

/** @throws REFUSED if nobody could log in or administer after the change. @param becomes undefined if the user is deleted */
export function demandUserChange(
  { records }: Records,
  name: string,
  becomes: UserRecord | undefined,
): void {
  if (!records.has(userKey(name))) return;
  if (becomes === undefined && isOnly({ records }, "user"))
    throw refused(`user ${name} is the last one: nobody could log in`);
  const found = records.find(userKey(name));
  if (!found?.isWhole) return;
  const administers = (user: UserRecord) =>
    administersWith(user, (role) => roleRecord({ records }, role));
  if (!administers(decodeValue(found.value)) || (becomes && administers(becomes))) return;
  for (const { key, value, isWhole } of records.findRange(under("user"))) {
    if (isWhole && nameOf(key) !== name && administers(decodeValue(value))) return;
  }
  throw refused(`user ${name} is the last one who may administer (${ADMINISTERS})`);
}

/** @throws REFUSED if nobody could administer after the change. @param becomes undefined if the role is deleted */
export function demandRoleChange(
  { records }: Records,
  name: string,
  becomes: RoleRecord | undefined,
): void {
  if (nameProblem(name) || !records.has(roleKey(name))) return;
  if (becomes === undefined && isOnly({ records }, "role"))
    throw refused(`role ${name} is the last one: nobody could do anything`);
  const before = roleRecord({ records }, name);
  if (before === undefined) return;
  if (!before.scopes.includes(ADMINISTERS) || becomes?.scopes.includes(ADMINISTERS)) return;
  let depends = false;
  for (const { value, isWhole } of records.findRange(under("user"))) {
    if (!isWhole) continue;
    const user = decodeValue<UserRecord>(value);
    const find = (role: string) => (role === name ? becomes : roleRecord({ records }, role));
    if (administersWith(user, find)) return;
    depends ||= administersWith(user, (role) => roleRecord({ records }, role));
  }
  if (depends) throw refused(`nobody could administer (${ADMINISTERS}) without role ${name}`);
}

function roleRecord({ records }: Records, name: string): RoleRecord | undefined {
  if (nameProblem(name)) return undefined;
  const found = records.find(roleKey(name));
  return found?.isWhole ? decodeValue<RoleRecord>(found.value) : undefined;
}

const isOnly = ({ records }: Records, kind: "user" | "role"): boolean =>
  records.count({ ...under(kind), limit: 2 }) === 1;

function refused(why: string): FlowgError {
  return new FlowgError("REFUSED", why, {
    hint: "make another one first, or use --allow-no-admin if you mean it (in the API: allowNoAdmin, true)",
  });
}
