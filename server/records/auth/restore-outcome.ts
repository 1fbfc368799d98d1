// Keeps any restore from leaving two owners of one token, or a server without an administrator. It looks before anything is
// written, and again inside the transaction, where no other change can happen.

import { FlowgError } from "../../platform/errors.js";
import { firstSegment, segments } from "../keys.js";
import { decodeValue, type RoleRecord, type UserRecord } from "../records.js";
import { administersWith } from "./administers.js";
import type { AuthRecords } from "./auth-records.js";
import type { Limit } from "./limits.js";
import type { OfflineEvent } from "./offline-event.js";
import { clashingOwners, namesOfUsers } from "./token-clash.js";

/** The facts that a restore of auth needs. */
export interface AuthRestore {
  /** The scopes of the restoring user. Nothing that is restored grants more. */
  held: Limit;
  allowNoAdmin: boolean;
  /** Whether the run takes a restore back. */
  isUndo?: boolean;
  /** What the audit trail says of work without a server. */
  event?: OfflineEvent | undefined;
}

/** @throws REFUSED */
export function demandNoClash(after: AuthRecords): void {
  const owners = clashingOwners(after);
  if (owners.length === 0) return;
  throw new FlowgError(
    "REFUSED",
    `two tokens would have the same hash, so one would let in the holder of the other: tokens of ${namesOfUsers(owners)}`,
    {
      hint: "a hash belongs to one token of one user: look where the snapshot comes from; if it is sound, delete the other token first",
      details: { users: owners.slice(0, 100) },
    },
  );
}

/** @throws REFUSED */
export function demandAdministrators(
  before: AuthRecords,
  after: AuthRecords,
  { allowNoAdmin, isUndo = false }: Pick<AuthRestore, "allowNoAdmin" | "isUndo">,
): void {
  const loss = lossOf(before, after);
  if (loss === undefined || allowNoAdmin) return;
  throw new FlowgError("REFUSED", `${loss} after this ${isUndo ? "undo" : "restore"}`, {
    hint: isUndo
      ? `first make an administrator who stays, or ${IF_MEANT}`
      : `restore a snapshot that has an administrator, or ${IF_MEANT}`,
  });
}

const IF_MEANT = "use --allow-no-admin if you mean it (in the API allowNoAdmin=true)";

/** Names what an auth database would lose and can't do without, if anything. */
export function lossOf(before: AuthRecords, after: AuthRecords): string | undefined {
  const [was, will] = [countAccounts(before), countAccounts(after)];
  if (was.users > 0 && will.users === 0) return "no user would be left";
  if (was.roles > 0 && will.roles === 0) return "no role would be left";
  if (was.administrators > 0 && will.administrators === 0)
    return "nobody could administer (write_acls)";
  return undefined;
}

interface AccountCounts {
  users: number;
  roles: number;
  administrators: number;
}

function countAccounts(records: AuthRecords): AccountCounts {
  const roles = new Map<string, RoleRecord>();
  const users: UserRecord[] = [];
  for (const [latin1, value] of records) {
    const key = Buffer.from(latin1, "latin1");
    const kind = firstSegment(key);
    if (kind === "role") roles.set(segments(key)[1] ?? "", decodeValue(value));
    else if (kind === "user") users.push(decodeValue(value));
  }
  const administrators = users.filter((user) =>
    administersWith(user, (role) => roles.get(role)),
  ).length;
  return { users: users.length, roles: roles.size, administrators };
}
