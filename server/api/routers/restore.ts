// Online restore: a snapshot as an upload.

import { z } from "zod";
import type { OnlineRestoreReport } from "../../operations/online/apply.js";
import type { OnlineSetReport } from "../../operations/online/restore-set.js";
import type { ErrorCode } from "../../platform/errors.js";
import { BACKUP_ORDER } from "../../records/backup-names.js";
import { type DatabaseKind, RECORD_KINDS } from "../../records/kinds.js";
import type { RestoreOptions } from "../administration.js";
import type { Caller, Context } from "../context.js";
import type { Upload } from "../raw-bodies.js";
import { type RestMeta, rest } from "../rest.js";
import { restoreReport, restoreSetReport } from "../restore-report.js";
import { allowNoAdminParameter, flagParameter, shown, success } from "../schemas.js";
import { requires, router } from "../trpc.js";

const tag = "restore";

// strict, so that a mistyped `dryRun` doesn't restore
const input = z.strictObject({
  backup: z.custom<Upload>().meta({
    description: "The snapshot, as a file part.",
    override: { type: "string", format: "binary" },
  }),
  mode: z
    .enum(["merge", "replace"])
    .default("merge")
    .meta({ description: "`merge` keeps what only the database has; `replace` removes it." }),
  dryRun: flagParameter("Report what would change, and change nothing."),
  allowAccessChange: flagParameter(
    "Go on although the caller would gain scopes, or somebody be locked out.",
  ),
  allowNoAdmin: allowNoAdminParameter,
  salvaged: flagParameter(
    "Take a snapshot that was salvaged from a damaged one. Only in mode `merge`, because what the snapshot lacks is lost, and was not removed.",
  ),
  undo: flagParameter(
    "Keep what is overwritten, removed and added, so that `POST /restore/undo` can take it back.",
    true,
  ),
  select: z
    .union([z.string().transform((one) => [one]), z.array(z.string())])
    .optional()
    .meta(
      shown({
        type: "array",
        items: { type: "string" },
        description:
          "Restore only this item, and change nothing else. Repeat it for several: `user=NAME`, `role=NAME`, `transformer=NAME`, " +
          "`pipeline=NAME`, `alert=NAME`, `stream=NAME`, or `stream=NAME,from=TIME,to=TIME` with RFC 3339 times or dates: entries " +
          "from `from` on, before `to`. A comma in a name is written as `\\,`.",
      }),
    ),
});

const PROGRESS =
  "With `Accept: text/event-stream` the answer is server-sent events from when the upload is there: `progress` while the " +
  "server is at work, then one `report` or `error`, each with what would have been the body; an error has its `status` too.";

const SNAPSHOT_ERRORS: readonly ErrorCode[] = [
  "SNAPSHOT_TRUNCATED",
  "SNAPSHOT_CORRUPT",
  "SNAPSHOT_WRONG_DATABASE",
  "SNAPSHOT_UNSUPPORTED",
  "SNAPSHOT_UNRECOGNIZED",
  "REFUSED",
  "NOT_FOUND",
];

const answer = z.object({ success, report: restoreReport });

export const restore = router({
  auth: requires("write_acls")
    .meta(upload("auth", "Restore the auth database"))
    .input(input)
    .output(answer)
    .mutation(({ ctx, input }) => apply("auth", ctx, input)),

  config: requires("write_pipelines", "write_transformers", "write_alerts")
    .meta(upload("config", "Restore the config database"))
    .input(input)
    .output(answer)
    .mutation(({ ctx, input }) => apply("config", ctx, input)),

  logs: requires("write_streams")
    .meta(upload("logs", "Restore the log database"))
    .input(input)
    .output(answer)
    .mutation(({ ctx, input }) => apply("logs", ctx, input)),

  all: requires(
    "write_acls",
    "write_pipelines",
    "write_transformers",
    "write_alerts",
    "write_streams",
  )
    .meta({
      ...rest("POST", "/restore", {
        id: "restore_all",
        tag,
        summary: "Restore all three databases",
        description:
          "Takes `multipart/form-data` with one file, `backup`: the tar that the backup of all three gives, " +
          "`curl --form backup=@FILE`. All three snapshots are verified before the first database changes, and compared with " +
          "`manifest.json`, if there is one; they must be of one instant. Then each database changes as a whole, in the order " +
          "`auth`, `logs`, `config`. If that fails between two, `details.restored` and `details.notRestored` say how far it came: " +
          `send it again to complete it. ${PROGRESS}`,
        errors: SNAPSHOT_ERRORS,
        response: {
          success: true,
          report: {
            dryRun: false,
            databases: BACKUP_ORDER.map(example),
            notes: [],
            seconds: 0.9,
          } satisfies OnlineSetReport,
        },
      }),
      rawBody: { kind: "upload", field: "backup", restore: "all" },
    })
    .input(input)
    .output(z.object({ success, report: restoreSetReport }))
    .mutation(async ({ ctx, input: { backup, ...options } }) => ({
      success: true as const,
      report: await ctx.services.administration.restoreSet(backup, optionsOf(ctx, options)),
    })),
});

function upload(database: DatabaseKind, summary: string): RestMeta {
  return {
    ...rest("POST", `/restore/${database}`, {
      id: `restore_${database}`,
      tag,
      summary,
      description:
        "Takes `multipart/form-data` with one file, `backup`: `curl --form backup=@FILE`. " +
        `The whole file is verified before anything changes; then all of it is applied, or nothing. ${PROGRESS}`,
      errors: SNAPSHOT_ERRORS,
      response: { success: true, report: example(database) },
    }),
    rawBody: { kind: "upload", field: "backup", restore: database },
  };
}

function example(database: DatabaseKind): OnlineRestoreReport {
  const counts = { added: 2, overwritten: 0, unchanged: 3, kept: 0, removed: 0 };
  return {
    database,
    mode: "merge",
    dryRun: false,
    format: "snapshot",
    createdAt: "2026-11-23T01:36:49.773Z",
    setId: "91186e8d-6e05-4271-b4b3-02c804ff00bf",
    kinds: Object.fromEntries(RECORD_KINDS[database].map((kind) => [kind, counts])),
    warnings: [],
    seconds: 0.3,
  };
}

type Restorer = Context & { caller: Caller } & Pick<RestoreOptions, "authorizeAgain">;
type Wishes = Omit<z.output<typeof input>, "backup">;

const optionsOf = (ctx: Restorer, wishes: Wishes): RestoreOptions => ({
  ...wishes,
  authorizeAgain: ctx.authorizeAgain,
  user: ctx.caller.user,
  credentials: ctx.credentials,
  onProgress: ctx.onProgress,
  signal: ctx.signal,
  lastSignal: ctx.lastSignal,
});

async function apply(
  database: DatabaseKind,
  ctx: Restorer,
  { backup, ...wishes }: z.output<typeof input>,
) {
  const report = await ctx.services.administration.restore(
    database,
    backup,
    optionsOf(ctx, wishes),
  );
  return { success: true as const, report };
}
