// Whether an auth database lacks what a server can't do without.

import { under } from "../database/keys.js";
import type { Database } from "../database/open.js";

/** Whether there is no role at all, and no user: what a server adds when it starts. */
export function emptyParts({
  records,
}: Pick<Database, "records">): Record<"role" | "user", boolean> {
  const none = (kind: string) => records.getKeysCount({ ...under(kind), limit: 1 }) === 0;
  return { role: none("role"), user: none("user") };
}
