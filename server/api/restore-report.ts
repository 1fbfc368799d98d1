// What an online restore answers, as a schema. `satisfies` holds it to the report: a field that it lacked would be cut
// from the answer.

import { z } from "zod";
import type { AccessReport } from "../operations/online/access.js";
import type { OnlineRestoreReport } from "../operations/online/apply.js";
import type { OnlineSetReport } from "../operations/online/restore-set.js";
import { DATABASE_KINDS } from "../records/kinds.js";
import type { KindCounts } from "../records/reports.js";
import { scope } from "./schemas.js";

type Fields<T> = Record<keyof T, z.ZodType>;

const count = (description: string) => z.int().meta({ description });
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
  } satisfies Fields<KindCounts>)
  .meta({ id: "RestoreCounts" });

const access = z
  .object({
    changes: z
      .array(z.object({ user: z.string(), gains: z.array(scope), loses: z.array(scope) }))
      .meta({ description: "Users whose scopes change, those that come or go among them." }),
    usersBack: users("Users that are not there now and will be."),
    usersGone: users("Users that are there now and won't be."),
    passwordsChanged: users("Users whose password may be another one afterwards."),
    tokensBack: tokens("Tokens that don't work now and will, or will for longer."),
    tokensGone: tokens("Tokens that work now and won't, or not for as long."),
    administrators: count("Users that may administer afterwards."),
    caller: z
      .object({ user: z.string(), stays: z.boolean(), gains: z.array(scope) })
      .meta({ description: "The restoring user: whether they can still come in, what they gain." }),
    refusals: z.array(z.string()).meta({
      description: "Why it is refused unless access changes are allowed; empty if it isn't.",
    }),
  } satisfies Fields<AccessReport>)
  .meta({ id: "AccessReport", description: "What an auth restore changes about who may do what." });

export const restoreReport = z
  .object({
    database: z.enum(DATABASE_KINDS),
    mode: z.enum(["merge", "replace"]),
    dryRun: z.boolean().meta({ description: "Whether it only says what would change." }),
    format: z
      .enum(["snapshot", "flowg-badger", "flowg-config-archive"])
      .meta({ description: "What the file turned out to be." }),
    createdAt: z.string().optional().meta({
      description: "When the snapshot was made, RFC 3339; FlowG's own files don't say.",
    }),
    setId: z
      .string()
      .optional()
      .meta({ description: "UUID that snapshots of one instant share; not in FlowG's own files." }),
    selected: z.array(z.string()).optional().meta({
      description: "What was restored of it, if not all; the counts are of that alone.",
    }),
    kinds: z
      .record(z.string(), counts)
      .meta({ description: "By kind of record: `role`, `user`, `entry`, …" }),
    warnings: z.array(z.string()).meta({
      description: "What people should know: left out, kept inert, without a checksum.",
    }),
    access: access.optional(),
    seconds: z.number().meta({ description: "How long it took." }),
  } satisfies Fields<OnlineRestoreReport>)
  .meta({ id: "RestoreReport", description: "What a restore did, or would do." });

export const restoreSetReport = z
  .object({
    dryRun: z.boolean().meta({ description: "Whether it only says what would change." }),
    databases: z.array(restoreReport).meta({ description: "In the order of the restore." }),
    notes: z.array(z.string()).meta({
      description:
        "What people should know: an earlier restore that was cut between two databases.",
    }),
    seconds: z.number().meta({ description: "How long it took." }),
  } satisfies Fields<OnlineSetReport>)
  .meta({
    id: "RestoreSetReport",
    description: "What a restore of all three databases did, or would do.",
  });
