// A server takes a restore of all three back. Each database is then as before the restore or as after it, as a whole, the
// answer says which, and the next undo of that restore takes all of it back. No undo file stays that belongs to no restore.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { FlowgClient } from "../../sdk/index.js";
import { judged, notIn, statesOf } from "./restored-states.js";
import { faultOf, type Work } from "./served.js";

const KINDS = ["auth", "logs", "config"] as const;

/** @param root where the server has its directories */
export function undoing({ backup, root }: { backup: string; root: string }): Work {
  let run: string | undefined;
  let error: unknown;
  let isJudged = false;

  /** From old to new, by a restore that is to be taken back. */
  async function prepare(client: FlowgClient): Promise<void> {
    ({ run } = await client.restore.all(backup));
    const wrong = notIn(await statesOf(client), "new");
    if (run === undefined || wrong.length > 0)
      throw new Error(`restored as ${run}: ${wrong.join("; ")}`);
  }

  return {
    prepare,
    async carryOut(client) {
      isJudged = false;
      error = await client.restore.undo({ run }).then(
        () => undefined,
        (cause: unknown) => cause,
      );
      return error === undefined ? [] : faultOf(error);
    },
    async lookAfter(client) {
      // a server that ends later has done more since
      const wrong = isJudged
        ? []
        : judged(await statesOf(client), error, { goal: "old", kinds: KINDS });
      isJudged = true;
      const again = await client.restore.undo({ run }).catch((cause: unknown) => cause);
      if (again instanceof Error) return [...wrong, `the next undo fails: ${again.message}`];
      wrong.push(...notIn(await statesOf(client), "old").map((text) => `${text} after the next`));
      const known = (await client.restore.list()).find((one) => one.run === run);
      if (known?.undoneBy === undefined) wrong.push("the restore isn't told as taken back");
      await prepare(client);
      return wrong;
    },
    async lookAgain(client) {
      const wrong = notIn(await statesOf(client), "new").map((text) => `${text} at the next start`);
      const runs = await client.restore.list();
      if (!runs.find((one) => one.run === run)?.canUndo)
        wrong.push("the last restore can't be taken back at the next start");
      for (const name of ["auth", "log", "config"]) {
        const strays = (await readdir(join(root, name, "undo"))).filter(
          (file) => !runs.some((one) => file.endsWith(`-${one.run}.undo`)),
        );
        if (strays.length > 0)
          wrong.push(`left in the undo files of ${name}: ${strays.join(", ")}`);
      }
      return wrong;
    },
  };
}
