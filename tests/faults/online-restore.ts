// A server restores one database, or all three. Each is then the old one or the new one as a whole, the answer says which, and
// the next restore makes everything new.

import { join } from "node:path";
import type { FlowgClient } from "../../sdk/index.js";
import { judged, notIn, set, statesOf } from "./restored-states.js";
import { faultOf, type Work } from "./served.js";

export interface Restoring {
  /** A backup of something else. */
  backup: string;
  what: "logs" | "all";
}

const restore = ({ restore }: FlowgClient, { what, backup }: Restoring): Promise<unknown> =>
  what === "all" ? restore.all(backup) : restore.logs(join(backup, "log.db"));

export function restoring(how: Restoring): Work {
  const kinds = how.what === "all" ? (["auth", "logs", "config"] as const) : (["logs"] as const);
  let error: unknown;
  let isJudged = false;
  return {
    prepare: async () => undefined,
    async carryOut(client) {
      isJudged = false;
      error = await restore(client, how).then(
        () => undefined,
        (cause: unknown) => cause,
      );
      return error === undefined ? [] : faultOf(error);
    },
    async lookAfter(client) {
      // a server that ends later has done more since
      const wrong = isJudged ? [] : judged(await statesOf(client), error, { goal: "new", kinds });
      isJudged = true;
      const again = await restore(client, how).catch((cause: unknown) => cause);
      if (again instanceof Error) return [...wrong, `the next restore fails: ${again.message}`];
      if (notIn(await statesOf(client), "new").length !== (how.what === "all" ? 0 : 2))
        wrong.push("the next restore doesn't make everything new");
      await set(client, "old");
      return wrong;
    },
    async lookAgain(client) {
      return notIn(await statesOf(client), "old").map((text) => `${text} at the next start`);
    },
  };
}
