// Lists the restores that have changed the databases, and takes one of them back.

import { z } from "zod";
import type { OnlineUndoReport } from "../../operations/online/undo.js";
import { READING_ALL, RESTORING } from "../../records/auth/scopes.js";
import type { RestoreRun } from "../../records/reports.js";
import { type AuditFacts, audited } from "../audited.js";
import { rest } from "../rest.js";
import { restoreRun, undoReport } from "../restore-report.js";
import { flag, nothing, success } from "../schemas.js";
import { demand, demandOneOf, requires, router, signedIn } from "../trpc.js";

const RUN = "2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60";
const UNDO = "91186e8d-6e05-4271-b4b3-02c804ff00bf";
const counts = { added: 2, overwritten: 1, unchanged: 0, kept: 0, removed: 0 };

// strict, so that a mistyped `dryRun` doesn't undo
const input = z.strictObject({
  run: z.string().min(1).max(64).optional().meta({
    description: "The UUID of the restore; if absent, the newest that was not taken back.",
  }),
  dryRun: flag("Report what would change, and change nothing."),
  overwriteChanged: flag("Also take back records that somebody has changed after the restore."),
  allowAccessChange: flag(
    "Go on although the caller would gain scopes, or somebody be locked out.",
  ),
  allowNoAdmin: flag("Go on although nobody who may administer would be left."),
  undo: flag("Keep undo files, so that the undo itself can be taken back.", true),
});

const told = ({ database, kinds, changed }: OnlineUndoReport["databases"][number]) => ({
  database,
  kinds,
  changed: changed.records,
});

export const restores = router({
  list: requires(...READING_ALL)
    .meta(
      rest("GET", "/restores", {
        id: "list_restores",
        tag: "restore",
        summary: "List restores",
        description:
          "The restores that have changed the databases, newest first. Each says who made it, when and " +
          "from what, what changed, and whether it can be taken back. Each database remembers its last " +
          "hundred.",
        response: {
          success: true,
          restores: [
            {
              run: RUN,
              at: "2026-11-28T10:00:00.000Z",
              by: "alice",
              mode: "merge",
              databases: [
                {
                  database: "logs",
                  setId: UNDO,
                  createdAt: "2026-11-27T01:36:49.773Z",
                  kinds: { entry: counts },
                },
              ],
              canUndo: true,
            } satisfies RestoreRun,
          ],
        },
      }),
    )
    .input(nothing)
    .output(z.object({ success, restores: z.array(restoreRun) }))
    .query(async ({ ctx }) => ({
      success: true as const,
      restores: await ctx.services.administration.history(),
    })),

  // also needs the write scopes of that restore's databases: RESTORING
  undo: signedIn
    // checked before the run is looked for, so that a caller who may restore nothing doesn't learn whether it exists
    .use(({ ctx, next }) => {
      demandOneOf(ctx.caller, Object.values(RESTORING), "taking a restore back needs");
      return next();
    })
    .meta(
      rest("POST", "/restore/undo", {
        id: "undo_restore",
        tag: "restore",
        summary: "Take a restore back",
        description:
          "Puts all databases of a restore back. What the restore overwrote or removed comes back, and " +
          "what it added is removed. What came in after it stays. What somebody has changed since " +
          "stays as well, and the report names it, unless `overwriteChanged` is set. The undo files " +
          "are verified before anything changes. Then each database changes as a whole. It needs the " +
          "scopes of a restore of these databases. An undo is itself a restore: when you take it back, " +
          "you have the first restore again.",
        errors: [
          "REFUSED",
          "CONFLICT",
          "DISK_FULL",
          "NOT_FOUND",
          "FILE_UNAVAILABLE",
          "SNAPSHOT_TRUNCATED",
          "SNAPSHOT_CORRUPT",
          "SNAPSHOT_UNSUPPORTED",
        ] as const,
        request: { run: RUN, dryRun: true },
        response: {
          success: true,
          report: {
            dryRun: true,
            undoes: RUN,
            undoesAt: "2026-11-28T10:00:00.000Z",
            databases: [
              {
                database: "logs",
                kinds: { entry: counts },
                changed: { records: 0, items: [] },
                warnings: [],
                seconds: 0.2,
              },
            ],
            notes: [],
            seconds: 0.3,
          } satisfies OnlineUndoReport,
        },
      }),
    )
    .input(input)
    .output(z.object({ success, report: undoReport }))
    .mutation(async ({ ctx, input }) => {
      const { signal, lastSignal, onProgress, credentials, services } = ctx;
      const { user } = ctx.caller;
      const facts: AuditFacts = { action: "undo", ...input };
      const report = await audited(ctx, facts, async () => {
        const undone = await services.administration.undo({
          ...input,
          user,
          credentials,
          signal,
          lastSignal,
          onProgress,
          authorizeFor: async (scopes) => {
            const caller = await ctx.authorizeAgain();
            demand(caller, scopes, "taking this restore back needs");
            return caller;
          },
        });
        // the restore that it has taken back
        const { undoes, run, databases } = undone;
        Object.assign(facts, { undoes, by: run, databases: databases.map(told) });
        return undone;
      });
      return { success: true as const, report };
    }),
});
