// User root begins with a password that everybody knows. If only this machine can reach the server, a warning is enough. Before
// others can reach it, the password must be changed.

import { FlowgError } from "../platform/errors.js";
import type { Database } from "../storage/database.js";
import { neverHad } from "../storage/notes/account-history.js";
import type { AuthStore } from "../stores/auth/store.js";
import type { BindAddress } from "./bind-address.js";

export const DEFAULT_PASSWORD = "root";

export interface FirstPassword {
  /** The address at which the API listens. */
  address: BindAddress;
  /** The operator's choice of root's first password. */
  initialPassword: string | undefined;
  /** Allows others to reach the server with the default password. */
  insecureDefaultPassword: boolean;
}

/**
 * Refuses an unsafe start before anything is made: without a database, root would begin with the default password.
 * @throws REFUSED
 */
export function demandFirstPassword(first: FirstPassword, isAuthThere: boolean): void {
  if (isSafe(first) || isAuthThere) return;
  throw refused();
}

/**
 * If root still has the default password, sets the operator's. Without one, it refuses to let other machines reach the server.
 * @returns whether root's password is still the default
 * @throws REFUSED
 */
export async function setFirstPassword(
  first: FirstPassword,
  { auth, database }: { auth: AuthStore; database: Database },
): Promise<boolean> {
  const isDefault = (await auth.users.get("root"))
    ? await auth.users.checkPassword("root", DEFAULT_PASSWORD)
    : (await database.read(neverHad)).user &&
      (first.initialPassword ?? DEFAULT_PASSWORD) === DEFAULT_PASSWORD;
  if (!isDefault) return false;
  if (!isSafe(first)) throw refused();
  const { initialPassword: given } = first;
  if (isLoopback(first.address) || given === undefined || given === DEFAULT_PASSWORD) return true;
  await auth.users.save("root", { password: given });
  return false;
}

const isSafe = (first: FirstPassword): boolean =>
  isLoopback(first.address) || first.initialPassword !== undefined || first.insecureDefaultPassword;

function isLoopback({ hosts }: BindAddress): boolean {
  return hosts.every(({ host }) => /^(127\.|::1$|::ffff:127\.)/i.test(host));
}

function refused(): FlowgError {
  return new FlowgError(
    "REFUSED",
    "the password of user root is `root`, and --http-bind lets other machines reach this server",
    {
      hint: "set FLOWG_INITIAL_PASSWORD, or FLOWG_INITIAL_PASSWORD_FILE to a file that holds one, and root gets that password; or use --insecure-default-password",
    },
  );
}
