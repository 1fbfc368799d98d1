// Nobody removes the last user, the last role, or the last user who may administer, without saying so. What is left then
// is a server that lets nobody in, or that nobody can change. A damaged record lets nobody in, so it counts as none.

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

/** Lets a change happen all the same. */
export interface Insist {
  /** Even if no user, no role, or no administrator is left. */
  allowNoAdmin?: boolean | undefined;
}

type Records = Pick<Instant, "records">;

/** @throws REFUSED if no user could log in, or administer, once `user` is this; undefined for a user that goes */
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

/** @throws REFUSED if no user could administer once `role` is this; undefined for a role that goes */
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
