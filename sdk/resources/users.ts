// client.users

import { demandObject } from "../arguments.js";
import { type AccountOptions, type Caller, type CallOptions, inPath, take } from "../call.js";
import type { User } from "../types.js";

/** Changes of a user. A field that is left out stays as it is. @example `const changes: UserChanges = { roles: ["viewer"] }` */
export interface UserChanges {
  /** All that it has from now on. */
  roles?: readonly string[] | undefined;
  /** Ends its sessions. */
  password?: string | undefined;
  /** Goes on although nobody who may administer is left; refused otherwise. */
  allowNoAdmin?: boolean | undefined;
}

/** Accounts and their roles. @example `await client.users.list()` */
export interface Users {
  /** By name. @example `const users = await client.users.list()` */
  list(options?: CallOptions): Promise<User[]>;
  /** Creates it, or changes it. @throws BadRequestError for a new one without a password @example `await client.users.save("alice", { roles: ["viewer"], password })` */
  save(name: string, changes: UserChanges, options?: CallOptions): Promise<void>;
  /** Along with its tokens. Succeeds also if there is none. @throws ConflictError where nobody could administer any more @example `await client.users.delete("alice")` */
  delete(name: string, options?: AccountOptions): Promise<void>;
}

export function usersOf(caller: Caller): Users {
  const { api } = caller;
  const path = "/api/v1/users/{user}";
  const params = (name: string) => ({ path: { user: inPath("user", name) } });
  return {
    list: async (options) => (await take(api.GET("/api/v1/users", caller.with(options)))).users,
    save: async (name, changes, options) => {
      const { roles, password, allowNoAdmin } = demandObject("changes", changes);
      const body = {
        ...(roles === undefined ? {} : { roles: [...roles] }),
        ...(password === undefined ? {} : { password }),
        ...(allowNoAdmin ? { allowNoAdmin } : {}),
      };
      await take(api.PUT(path, { params: params(name), body, ...caller.with(options) }));
    },
    delete: async (name, options) => {
      const query = options?.allowNoAdmin ? { allowNoAdmin: true } : {};
      const given = { ...params(name), query };
      await take(api.DELETE(path, { params: given, ...caller.with(options) }));
    },
  };
}
