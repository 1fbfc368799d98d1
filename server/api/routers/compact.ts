// Compaction: a database's file gives back to the disk what deleted records took.

import { z } from "zod";
import { DATABASE_KINDS, type DatabaseKind } from "../../records/kinds.js";
import type { CompactedDatabase } from "../../records/reports.js";
import { audited } from "../audited.js";
import type { Caller, Context } from "../context.js";
import type { Schema } from "../report-schema.js";
import { type RestMeta, rest } from "../rest.js";
import { nothing, success } from "../schemas.js";
import { requires, router } from "../trpc.js";

const report = z
  .object({
    database: z.enum(DATABASE_KINDS),
    bytesBefore: z.int().meta({ description: "Bytes of the file before." }),
    bytesAfter: z.int().meta({ description: "Bytes of the file now." }),
    rewritten: z.boolean().meta({
      description:
        "False if less than a hundredth of the file was free. Then it was left as it is.",
    }),
    seconds: z.number().meta({ description: "How long it took." }),
  } satisfies Schema<CompactedDatabase>)
  .meta({ id: "CompactionReport", description: "What a compaction did." });

const answer = z.object({ success, report });

// needs the scopes of a restore, since writers have to wait in both cases
export const compact = router({
  auth: requires("write_acls")
    .meta(operation("auth"))
    .input(nothing)
    .output(answer)
    .mutation(({ ctx }) => run("auth", ctx)),

  config: requires("write_pipelines", "write_transformers", "write_alerts")
    .meta(operation("config"))
    .input(nothing)
    .output(answer)
    .mutation(({ ctx }) => run("config", ctx)),

  logs: requires("write_streams")
    .meta(operation("logs"))
    .input(nothing)
    .output(answer)
    .mutation(({ ctx }) => run("logs", ctx)),
});

function operation(database: DatabaseKind): RestMeta {
  const name = database === "logs" ? "log" : database;
  return rest("POST", `/compact/${database}`, {
    id: `compact_${database}`,
    tag: "compact",
    summary: `Compact the ${name} database`,
    description:
      "A database's file never gets smaller by itself: it keeps the room of what was deleted. This " +
      "rewrites the file without that room. The answer comes when it is done, which takes about as " +
      "long as a backup. Readers go on meanwhile. Writers wait, and get 503 after ten seconds, as " +
      "during a restore. The disk needs room for the copy. If anything stops the compaction, the " +
      "database stays as it was.",
    errors: ["CONFLICT", "DISK_FULL"],
    response: {
      success: true,
      report: {
        database,
        bytesBefore: 104857600,
        bytesAfter: 6291456,
        rewritten: true,
        seconds: 1.3,
      } satisfies CompactedDatabase,
    },
  });
}

async function run(database: DatabaseKind, ctx: Context & { caller: Caller }) {
  const { signal, services } = ctx;
  const { user } = ctx.caller;
  const report = await audited(ctx, { action: "compact", target: database }, () =>
    services.administration.compact(database, { user, signal }),
  );
  return { success: true as const, report };
}
