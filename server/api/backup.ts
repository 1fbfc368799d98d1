// Online backup: a snapshot of a database as a download.

import { z } from "zod";
import type { DatabaseKind } from "../database/kinds.js";
import type { Caller, Context } from "./context.js";
import { type RestMeta, rest } from "./rest.js";
import type { Download } from "./transfer.js";
import { requires, router } from "./trpc.js";

const tag = "backup";

export const backup = router({
  auth: requires("read_acls")
    .meta(download("auth", "Back up the auth database"))
    .output(z.custom<Download>())
    .query(({ ctx }) => snapshot("auth", ctx)),

  config: requires("read_pipelines", "read_transformers", "read_alerts")
    .meta(download("config", "Back up the config database"))
    .output(z.custom<Download>())
    .query(({ ctx }) => snapshot("config", ctx)),

  logs: requires("read_streams")
    .meta(download("logs", "Back up the log database"))
    .output(z.custom<Download>())
    .query(({ ctx }) => snapshot("logs", ctx)),
});

function download(database: DatabaseKind, summary: string): RestMeta {
  return {
    ...rest("GET", `/backup/${database}`, {
      id: `backup_${database}`,
      tag,
      summary,
      description:
        "A snapshot of this moment, as a file. It ends with a seal: a download without it is no snapshot. " +
        "If the backup fails on the way, the connection is cut.",
      errors: ["BUSY", "DISK_FULL", "NOT_IMPLEMENTED"],
    }),
    transfer: { kind: "download", contentType: "application/octet-stream", backup: database },
  };
}

function snapshot(database: DatabaseKind, ctx: Context & { caller: Caller }): Download {
  return {
    headers: {
      "Content-Disposition": `attachment; filename=${database}.db`,
      "Cache-Control": "no-store",
    },
    start: (signal) => ctx.services.transfers.openBackup(database, { caller: ctx.caller, signal }),
  };
}
