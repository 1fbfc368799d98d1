// Online backup: a snapshot of a database as a download.

import { z } from "zod";
import { READING_ALL } from "../../records/auth/scopes.js";
import { downloadName } from "../../records/backup-names.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { Caller, Context } from "../context.js";
import type { Download } from "../raw-bodies.js";
import { type RestMeta, rest } from "../rest.js";
import { flagParameter } from "../schemas.js";
import { requiresEither, router } from "../trpc.js";

const tag = "backup";

const input = z.object({
  skipDamaged: flagParameter(
    "Leave out damaged records. The seal, the manifest and the server's log say what was left out.",
  ),
});

export const backup = router({
  auth: requiresEither("read_backups", "read_acls")
    .meta(snapshot("auth", "Back up the auth database"))
    .input(input)
    .output(z.custom<Download>())
    .query(({ ctx, input }) =>
      download(ctx, input, { what: "auth", filename: downloadName("auth") }),
    ),

  config: requiresEither("read_backups", "read_pipelines", "read_transformers", "read_alerts")
    .meta(snapshot("config", "Back up the config database"))
    .input(input)
    .output(z.custom<Download>())
    .query(({ ctx, input }) =>
      download(ctx, input, { what: "config", filename: downloadName("config") }),
    ),

  logs: requiresEither("read_backups", "read_streams")
    .meta(snapshot("logs", "Back up the log database"))
    .input(input)
    .output(z.custom<Download>())
    .query(({ ctx, input }) =>
      download(ctx, input, { what: "logs", filename: downloadName("logs") }),
    ),

  all: requiresEither("read_backups", ...READING_ALL)
    .meta({
      ...rest("GET", "/backup", {
        id: "backup_all",
        tag,
        summary: "Back up all three databases",
        description:
          "One tar file: `auth.db`, `config.db` and `logs.db`, all of one instant, and `manifest.json`. Where a restore of several " +
          "databases was cut, `notes` of the manifest and the header `Flowg-Notes` say so. " +
          "With `Accept: application/octet-stream` the same bytes come as that type. " +
          "The scope `read_backups` is enough.",
      }),
      rawBody: {
        kind: "download",
        backup: "all",
        contentType: "application/x-tar",
        alsoAs: "application/octet-stream",
      },
    })
    .input(input)
    .output(z.custom<Download>())
    .query(({ ctx, input }) => download(ctx, input, { what: "all", filename: "flowg-backup.tar" })),
});

function snapshot(database: DatabaseKind, summary: string): RestMeta {
  return {
    ...rest("GET", `/backup/${database}`, {
      id: `backup_${database}`,
      tag,
      summary,
      description:
        "A snapshot of this moment, as a file. Where a restore of several databases was cut, the header `Flowg-Notes` says so, in a JSON array. The scope `read_backups` is enough. It ends with a seal: a download without it isn't a snapshot. " +
        "If the backup fails on the way, the connection is cut.",
    }),
    rawBody: { kind: "download", contentType: "application/octet-stream", backup: database },
  };
}

function download(
  ctx: Context & { caller: Caller },
  { skipDamaged }: z.infer<typeof input>,
  { what, filename }: { what: DatabaseKind | "all"; filename: string },
): Download {
  return {
    headers: {
      "Content-Disposition": `attachment; filename=${filename}`,
      "Cache-Control": "no-store",
    },
    start: (signal) =>
      ctx.services.administration.openBackup(what, { user: ctx.caller.user, signal, skipDamaged }),
  };
}
