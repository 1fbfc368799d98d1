// Roles and users as FlowG prints them, and tokens.

import type { Role, TokenDetails, User } from "../../administration.js";
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

export function tokensText(tokens: readonly TokenDetails[], width?: number): string {
  const rows = tokens.map(({ uuid, name = "-", expires, isExpired, lastUsed }) => [
    uuid,
    name,
    `${isExpired ? "expired " : ""}${toTheSecond(expires)}`,
    toTheSecond(lastUsed),
  ]);
  return table(["UUID", "NAME", "EXPIRES", "LAST USED"], rows, width);
}

const toTheSecond = (time: string | undefined): string => time?.replace(/\.\d+/, "") ?? "never";
