// Roles and users as FlowG prints them.

import type { Role, User } from "../../administration.js";
import { goSlice, table } from "../table.js";

export function rolesText(roles: readonly Role[], width?: number): string {
  return table(
    ["Name", "Scopes"],
    roles.map(({ name, scopes }) => [name, goSlice(scopes)]),
    width,
  );
}

export function usersText(users: readonly User[], width?: number): string {
  return table(
    ["Name", "Roles"],
    users.map(({ name, roles }) => [name, goSlice(roles)]),
    width,
  );
}
