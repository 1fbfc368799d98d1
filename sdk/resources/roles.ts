// client.roles

import { type AccountOptions, type Caller, type CallOptions, inPath, take } from "../call.js";
import type { Role, Scope } from "../types.js";

/** Roles and the scopes they grant. @example `await client.roles.list()` */
export interface Roles {
  /** By name. @example `for (const { name, scopes } of await client.roles.list()) show(name, scopes)` */
  list(options?: CallOptions): Promise<Role[]>;
  /** Creates it, or replaces its scopes. @example `await client.roles.save("viewer", ["read_streams"])` */
  save(name: string, scopes: readonly Scope[], options?: AccountOptions): Promise<void>;
  /** Succeeds also if there is none. @throws ConflictError where nobody could administer any more @example `await client.roles.delete("viewer")` */
  delete(name: string, options?: AccountOptions): Promise<void>;
}

export function rolesOf(caller: Caller): Roles {
  const { api } = caller;
  const path = "/api/v1/roles/{role}";
  const params = (name: string) => ({ path: { role: inPath("role", name) } });
  return {
    list: async (options) => (await take(api.GET("/api/v1/roles", caller.with(options)))).roles,
    save: async (name, scopes, options) => {
      const insist = options?.allowNoAdmin ? { allowNoAdmin: true } : {};
      const body = { scopes: [...scopes], ...insist };
      await take(api.PUT(path, { params: params(name), body, ...caller.with(options) }));
    },
    delete: async (name, options) => {
      const query = options?.allowNoAdmin ? { allowNoAdmin: true } : {};
      const given = { ...params(name), query };
      await take(api.DELETE(path, { params: given, ...caller.with(options) }));
    },
  };
}
