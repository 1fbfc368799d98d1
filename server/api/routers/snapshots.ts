// Snapshots in the repositories that the server's settings name: listing and comparing them, and making, restoring and
// forgetting them as tasks.

import { z } from "zod";
import { GROUPINGS } from "../../jobs/policy-of.js";
import { type ErrorCode, FlowgError } from "../../platform/errors.js";
import { RESTORING } from "../../records/auth/scopes.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../records/kinds.js";
import type { AuditFacts } from "../audited.js";
import { answerBegun, beginReserved } from "../begin-task.js";
import { rest } from "../rest.js";
import { beginSnapshotRestore } from "../restore-snapshot.js";
import { flagParameter, success } from "../schemas.js";
import {
  asked,
  destination,
  flag,
  keep,
  label,
  several,
  snapshot,
  toForget,
} from "../snapshot-input.js";
import { destinationSnapshots, diffReport, snapshotDetails } from "../snapshot-schema.js";
import { begun, taskExample } from "../task-schema.js";
import { demand, demandOneOf, requires, requiresEither, router, signedIn } from "../trpc.js";

const tag = "snapshots";
const ID = "91186e8d-6e05-4271-b4b3-02c804ff00bf";

const REPOSITORY_ERRORS: readonly ErrorCode[] = [
  ...(["NOT_FOUND", "IDENTITY_REQUIRED", "SIGNATURE_REFUSED", "REFUSED", "CONFLICT"] as const),
  ...(["REPOSITORY_MISSING", "REPOSITORY_UNAVAILABLE", "REPOSITORY_DAMAGED"] as const),
  ...(["PERMISSION_DENIED", "FILE_UNAVAILABLE", "SNAPSHOT_UNSUPPORTED"] as const),
];

const example = {
  setId: ID,
  createdAt: "2026-11-29T02:15:00.012Z",
  host: "web-1",
  installation: "b0a2a0c5-7d0e-4f5e-9f27-4f2a2f0a9a11",
  tags: ["job:nightly"],
  producer: "flowg 0.1.0",
};
const amounts = { entries: 1513, rawBytes: 260_113, storedBytes: 52_431 };

export const snapshots = router({
  // callers who make snapshots must see that they exist, and this list doesn't say what they hold
  list: requiresEither("write_backups", "read_backups")
    .meta(
      rest("GET", "/snapshots", {
        id: "list_snapshots",
        tag,
        summary: "List snapshots",
        description:
          "Lists those of one destination, or of all that the server's settings name. With several, the answer says " +
          "why the list of a destination failed. The scope `write_backups` is enough.",
        errors: REPOSITORY_ERRORS,
        response: {
          success: true,
          destinations: [
            {
              destination: "nas",
              readable: true,
              snapshots: [{ ...example, databases: { logs: amounts } }],
              unreadable: [],
            },
          ],
        },
      }),
    )
    .input(
      z.strictObject({
        destination,
        tag: several(
          label,
          "Only those with this tag. Repeat it for those with all of several tags.",
        ),
        host: several(
          label,
          "Only those of this host. Repeat it for those of any of several hosts.",
        ),
        latest: flagParameter("Only the newest of each host, and on it of each installation."),
      }),
    )
    .output(z.object({ success, destinations: z.array(destinationSnapshots) }))
    .query(async ({ ctx, input }) => {
      const { destination, tag: tags = [], host: hosts = [], latest } = input;
      const how = { destination, tags, hosts, latest };
      const found = await (await ctx.services.snapshots()).list(how, ctx.signal);
      return { success: true as const, destinations: found };
    }),

  get: requiresEither("write_backups", "read_backups")
    .meta(
      rest("GET", "/snapshots/{snapshot}", {
        id: "get_snapshot",
        tag,
        summary: "Look at a snapshot",
        description:
          "How much it holds. The server needs an identity that reads the repository: without one it answers 409 with " +
          "`IDENTITY_REQUIRED`. The scope `write_backups` is enough.",
        errors: REPOSITORY_ERRORS,
        response: {
          success: true,
          snapshot: {
            destination: "nas",
            ...example,
            databases: { logs: { ...amounts, segments: 3 } },
          },
        },
      }),
    )
    .input(asked)
    .output(z.object({ success, snapshot: snapshotDetails }))
    .query(async ({ ctx, input }) => ({
      success: true as const,
      snapshot: await (await ctx.services.snapshots()).show(input, ctx.signal),
    })),

  diff: requires("read_backups")
    .meta(
      rest("GET", "/snapshots/{snapshot}/diff", {
        id: "diff_snapshots",
        tag,
        summary: "Compare two snapshots",
        description:
          "Shows what has changed from this snapshot to the one that `other` names. Only segments that " +
          "differ are read. It counts as one transfer of `--max-transfers`.",
        errors: REPOSITORY_ERRORS,
        response: {
          success: true,
          diff: {
            before: `snapshot ${ID} in nas`,
            after: "snapshot 2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60 in nas",
            equal: true,
            onlyBefore: [],
            onlyAfter: [],
            databases: [],
          },
        },
      }),
    )
    .input(
      asked.extend({
        other: snapshot,
        only: several(z.enum(DATABASE_KINDS), "Only these databases."),
      }),
    )
    .output(z.object({ success, diff: diffReport }))
    .query(async ({ ctx, input }) => {
      const end = ctx.services.administration.reserve(ctx.caller.user, []);
      try {
        const only = input.only as DatabaseKind[] | undefined;
        const snapshots = await ctx.services.snapshots();
        const diff = await snapshots.diff({ ...input, only }, ctx.signal);
        return { success: true as const, diff };
      } finally {
        end();
      }
    }),

  create: requires("write_backups")
    .meta(
      rest("POST", "/snapshots", {
        id: "create_snapshot",
        tag,
        summary: "Make a snapshot",
        description:
          "Backs all three databases up into one destination, or several, as a task. It has no job's " +
          "tag, so no job's policy removes it. If you cancel it, it leaves no snapshot.",
        errors: ["NOT_FOUND", "CONFLICT"],
        status: 202,
        request: { destinations: ["nas"], tags: ["before-upgrade"] },
        response: { success: true, task: taskExample("backup", "nas") },
      }),
    )
    .input(
      z.strictObject({
        destinations: z.array(z.string()).min(1).optional().meta({
          description: "Their names. May be left out if there is only one.",
        }),
        job: z.string().optional().meta({ description: "All destinations of this job." }),
        tags: z.array(label).max(100).optional(),
        full: flag("Read everything, not only what may have changed."),
        allowShrink: flag("Go on although a database has far fewer records than before."),
      }),
    )
    .output(begun)
    .mutation(async ({ ctx, input }) => {
      const snapshots = await ctx.services.snapshots();
      const facts: AuditFacts = { action: "create snapshot" };
      return await answerBegun(ctx, facts, async () => {
        const { destinations: names, job, tags = [], full, allowShrink } = input;
        if (names && job !== undefined)
          throw new FlowgError("INPUT_INVALID", "destinations and job exclude each other");
        const own = tags.find((one) => one.startsWith("job:"));
        if (own !== undefined) throw jobTag(own);
        const destinations = snapshots.destinations.several(names, job);
        const target = destinations.map(({ name }) => name).join(", ");
        Object.assign(facts, { target, tags });
        const spec = { kind: "backup", target, scopes: ["write_backups"] } as const;
        const how = { destinations, tags, full, allowShrink };
        return await beginReserved(ctx, spec, (of) => snapshots.create(how, of));
      });
    }),

  forget: requires("forget_backups")
    .meta(
      rest("POST", "/snapshots/forget", {
        id: "forget_snapshots",
        tag,
        summary: "Forget snapshots",
        description:
          "Removes the named snapshots, or with `keep` those that no rule keeps, as a task: all of them, or none. With " +
          "`prune`, what only they held is removed as well. If you cancel that part, the rest stays until the next " +
          "prune. Try rules with `dryRun` first. They look at all snapshots in the destination, also at those of other " +
          "servers and jobs, unless `hosts` or `tags` say otherwise. They apply to each installation of a host by itself, and " +
          "never remove its newest snapshot that a drill has verified. They need an identity on the server.",
        errors: REPOSITORY_ERRORS,
        status: 202,
        request: { destination: "nas", snapshots: [ID], prune: true },
        response: { success: true, task: taskExample("forget", `${ID} in nas`) },
      }),
    )
    .input(
      z.strictObject({
        destination,
        snapshots: z.array(snapshot).min(1).max(1000).optional().meta({
          description: "Their ids, or the beginnings of these.",
        }),
        keep: keep.optional(),
        // an empty list would mean all hosts, and a program that has found none means none
        hosts: z.array(label).min(1).max(100).optional().meta({
          description: "With `keep`: look only at snapshots of these hosts.",
        }),
        tags: z.array(label).max(100).optional().meta({
          description: "With `keep`: look only at snapshots that have all of these.",
        }),
        groupBy: z
          .array(z.enum(GROUPINGS))
          .max(GROUPINGS.length)
          .optional()
          .meta({
            description:
              "With `keep`: apply the rules to each of these by itself; to all together where empty. Unless given, that is to each " +
              'host, and on it to each installation: servers may share a name. `["host"]` counts their snapshots together.',
          }),
        timeZone: z.string().optional().meta({
          description:
            "With `keep`: where days and hours begin: `Europe/Berlin`; UTC unless given.",
        }),
        allowRemoveAll: flag(
          "Go on although no snapshot would be left: with `keep`, of a group; with `prune`, at all.",
        ),
        dryRun: flag("Report what would be removed, and remove nothing."),
        prune: flag("Afterwards, remove what no snapshot needs any more."),
      }),
    )
    .output(begun)
    .mutation(async ({ ctx, input }) => {
      const snapshots = await ctx.services.snapshots();
      const { destination: name, dryRun, prune, allowRemoveAll } = input;
      const facts: AuditFacts = { action: "forget snapshots", ...input };
      return await answerBegun(ctx, facts, async () => {
        const which = toForget(input);
        if ("policy" in which) snapshots.demandPolicy(which.policy);
        const destination = snapshots.destinations.find(name);
        const target = `${"ids" in which ? inWords(which.ids) : "what no rule keeps"} in ${destination.name}`;
        const spec = { kind: "forget", target, scopes: ["forget_backups"] } as const;
        const how = { ...which, destination, dryRun, prune, allowRemoveAll };
        return await beginReserved(ctx, spec, (of) => snapshots.forget(how, of));
      });
    }),

  // also needs the write scopes of the restored databases: RESTORING
  restore: signedIn
    .use(({ ctx, next }) => {
      demand(ctx.caller, ["read_backups"], "restoring a snapshot needs");
      demandOneOf(ctx.caller, Object.values(RESTORING), "restoring a snapshot needs");
      return next();
    })
    .meta(
      rest("POST", "/snapshots/{snapshot}/restore", {
        id: "restore_snapshot",
        tag,
        summary: "Restore a snapshot",
        description:
          "Fetches the snapshot to the disk of the databases, verifies all of it, and then restores " +
          "it, as a task. It needs `read_backups`, and the scopes of a restore of each of its " +
          "databases. If you cancel it before the first database has changed, all stay as they were. " +
          "Later it goes on to its end. `POST /restore/undo` takes it back. The server needs an " +
          "identity that reads the repository: without one it answers 409 with `IDENTITY_REQUIRED`.",
        errors: [...REPOSITORY_ERRORS, "CONFLICT"],
        status: 202,
        request: { destination: "nas", only: ["logs"], dryRun: true },
        response: { success: true, task: taskExample("restore", `${ID} in nas`) },
      }),
    )
    .input(
      asked.extend({
        only: z.array(z.enum(DATABASE_KINDS)).min(1).optional().meta({
          description: "The databases to restore; all that the snapshot has if absent.",
        }),
        mode: z.enum(["merge", "replace"]).default("merge").meta({
          description: "`merge` keeps what only the database has; `replace` removes it.",
        }),
        dryRun: flag("Report what would change, and change nothing."),
        allowAccessChange: flag(
          "Go on although the caller would gain scopes, or somebody be locked out.",
        ),
        allowNoAdmin: flag("Go on although nobody who may administer would be left."),
        salvaged: flag(
          "Take a damaged snapshot that a repair has left incomplete. Only in mode `merge`.",
        ),
        undo: flag("Keep undo files.", true),
        select: z.array(z.string()).min(1).optional().meta({
          description: "Restore only these items, as `select` of `POST /restore`.",
        }),
      }),
    )
    .output(begun)
    .mutation(async ({ ctx, input }) => {
      const facts: AuditFacts = { action: "restore snapshot", ...input };
      return await answerBegun(ctx, facts, () => beginSnapshotRestore(ctx, input, facts));
    }),
});

const inWords = (ids: readonly string[]): string =>
  ids.length === 1 ? (ids[0] as string) : `${ids.length} snapshots`;

const jobTag = (own: string): FlowgError =>
  new FlowgError(
    "INPUT_INVALID",
    `the tag ${JSON.stringify(own)} belongs to a job's own snapshots`,
    {
      hint:
        "give another tag: a job removes older snapshots that have this one. POST /jobs/JOB/run " +
        "makes a snapshot of the job",
    },
  );
