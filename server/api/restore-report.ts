// The schemas of the answers of restores and undos.

import { z } from "zod";
import type { OnlineRestoreReport } from "../operations/online/apply.js";
import type { OnlineSetReport } from "../operations/online/restore-set.js";
import type { OnlineUndoReport } from "../operations/online/undo.js";
import type { AccessReport } from "../operations/restore/access-report.js";
import { DATABASE_KINDS } from "../records/kinds.js";
import type { KindCounts, RestoreRun } from "../records/reports.js";
import { count, type Schema } from "./report-schema.js";
import { scope } from "./schemas.js";

const users = (description: string) => z.array(z.string()).meta({ description });
const tokens = (description: string) =>
  z.array(z.object({ user: z.string(), uuid: z.string() })).meta({ description });

const counts = z
  .object({
    added: count("In the snapshot only."),
    overwritten: count("In both, with other contents."),
    unchanged: count("In both, and equal."),
    kept: count("In the database only, and left there."),
    removed: count("In the database only, and removed."),
  } satisfies Schema<KindCounts>)
  .meta({ id: "RestoreCounts" });

const access = z
  .object({
    changes: z
      .array(z.object({ user: z.string(), gains: z.array(scope), loses: z.array(scope) }))
      .meta({ description: "Users whose scopes change, with those that come or go." }),
    usersBack: users("Users that are not there now and will be."),
    usersGone: users("Users that are there now and won't be."),
    passwordsChanged: users("Users whose password may differ afterwards."),
    tokensBack: tokens("Tokens that don't work now and will, or will for longer."),
    tokensGone: tokens("Tokens that work now and won't, or not for as long."),
    administrators: count("Users that may administer afterwards."),
    caller: z.object({ user: z.string(), stays: z.boolean(), gains: z.array(scope) }).meta({
      description:
        "The restoring user: whether they can still log in and administer, and what they gain.",
    }),
    refusals: z.array(z.string()).meta({
      description:
        "Why it is refused unless access changes are allowed; empty if it isn't refused.",
    }),
  } satisfies Schema<AccessReport>)
  .meta({ id: "AccessReport", description: "How an auth restore changes permissions." });

const run = z.string().optional().meta({
  description:
    "UUID, by which `POST /restore/undo` takes it back. Absent in a dry run, and where no undo file was kept.",
});

export const restoreReport = z
  .object({
    database: z.enum(DATABASE_KINDS),
    mode: z.enum(["merge", "replace"]),
    dryRun: z.boolean().meta({ description: "Whether it only says what would change." }),
    run,
    format: z
      .enum(["snapshot", "flowg-badger", "flowg-config-archive"])
      .meta({ description: "The format of the file." }),
    createdAt: z.string().optional().meta({
      description: "When the snapshot was made, RFC 3339; FlowG's own files don't say.",
    }),
    setId: z
      .string()
      .optional()
      .meta({ description: "UUID that snapshots of one instant share; not in FlowG's own files." }),
    selected: z.array(z.string()).optional().meta({
      description: "The items that were restored, if not all. The counts are of these alone.",
    }),
    kinds: z
      .record(z.string(), counts)
      .meta({ description: "By kind of record: `role`, `user`, `entry`, …" }),
    warnings: z.array(z.string()).meta({
      description:
        "What people should know: what was left out, what has no effect here, what has no checksum.",
    }),
    access: access.optional(),
    seconds: z.number().meta({ description: "How long it took." }),
  } satisfies Schema<OnlineRestoreReport>)
  .meta({ id: "RestoreReport", description: "What a restore did, or would do." });

export const restoreSetReport = z
  .object({
    dryRun: z.boolean().meta({ description: "Whether it only says what would change." }),
    run,
    databases: z.array(restoreReport).meta({ description: "In the order of the restore." }),
    notes: z.array(z.string()).meta({
      description:
        "What people should know: an earlier restore that was cut between two databases.",
    }),
    seconds: z.number().meta({ description: "How long it took." }),
  } satisfies Schema<OnlineSetReport>)
  .meta({
    id: "RestoreSetReport",
    description: "What a restore of all three databases did, or would do.",
  });

const runKinds = z.record(z.string(), counts).meta({ description: "By kind of record." });

export const restoreRun = z
  .object({
    run: z.string().meta({ description: "UUID." }),
    at: z.string().meta({ description: "When it began, RFC 3339." }),
    by: z.string().meta({ description: "The user, or the account of the machine." }),
    mode: z
      .enum(["merge", "replace", "undo"])
      .meta({ description: "`undo`: it took back another one." }),
    databases: z.array(
      z.object({
        database: z.enum(DATABASE_KINDS),
        kinds: runKinds,
        source: z.string().optional().meta({
          description: "The name of the file, if it was an offline restore.",
        }),
        setId: z.string().optional(),
        createdAt: z.string().optional(),
        selected: z.array(z.string()).optional(),
      } satisfies Schema<RestoreRun["databases"][number]>),
    ),
    notRestored: z.array(z.enum(DATABASE_KINDS)).optional().meta({
      description: "Databases that it should have changed, but didn't because it was cut.",
    }),
    undoes: z.string().optional().meta({ description: "The run that it took back." }),
    undoneBy: z.string().optional().meta({ description: "The run that has taken it back." }),
    canUndo: z.boolean(),
    whyNot: z.string().optional(),
  } satisfies Schema<RestoreRun>)
  .meta({ id: "RestoreRun", description: "A restore that has changed databases." });

const undoneDatabase = z.object({
  database: z.enum(DATABASE_KINDS),
  kinds: z.record(z.string(), counts).meta({
    description:
      "Of the records that the restore had changed: `added` are there again, `overwritten` have their older value, " +
      "`removed` had come with the restore, `unchanged` had their older value already, `kept` were changed since, or are needed.",
  }),
  changed: z
    .object({ records: z.int(), items: z.array(z.string()) })
    .meta({ description: "Changed after the restore: how many, and the first hundred by name." }),
  warnings: z.array(z.string()),
  access: access.optional(),
  seconds: z.number(),
} satisfies Schema<OnlineUndoReport["databases"][number]>);

export const undoReport = z
  .object({
    dryRun: z.boolean().meta({ description: "Whether it only says what would change." }),
    undoes: z.string().meta({ description: "The run that was taken back." }),
    undoesAt: z.string().meta({ description: "When that began, RFC 3339." }),
    run,
    databases: z.array(undoneDatabase),
    notes: z.array(z.string()).meta({ description: "What people should know." }),
    seconds: z.number(),
  } satisfies Schema<OnlineUndoReport>)
  .meta({ id: "UndoReport", description: "What taking a restore back did, or would do." });
