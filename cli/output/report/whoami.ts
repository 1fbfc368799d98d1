// The caller of a server, for people.

import type { Whoami } from "../../../sdk/index.js";
import { safe } from "../safe.js";

export function whoamiText({ user, permissions }: Whoami): string {
  const list = (words: readonly string[]) => words.map(safe).join(", ") || "none";
  const granted = Object.entries(permissions)
    .filter(([, isGranted]) => isGranted)
    .map(([name]) => name.replace(/^can_/, "").replaceAll("_", " "));
  return [
    `User:         ${safe(user.name)}`,
    `Roles:        ${list(user.roles)}`,
    `Permissions:  ${list(granted)}`,
  ].join("\n");
}
