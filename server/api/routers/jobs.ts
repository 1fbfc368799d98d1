// The backup jobs of the server: listing, running, drilling, pausing and resuming them.

import { z } from "zod";
import {
  type ContinuousReport,
  type DestinationRun,
  type DrilledDestination,
  type DrillState,
  type JobProgress,
  type JobReport,
  type JobRun,
  OUTCOMES,
  TRIGGERS,
} from "../../records/jobs.js";
import { shown } from "../../tasks/tasks.js";
import { type AuditFacts, audited } from "../audited.js";
import type { Caller, Context } from "../context.js";
import { count, fault, type Schema, time } from "../report-schema.js";
import { type RestMeta, rest } from "../rest.js";
import { name, nothing, success } from "../schemas.js";
import { begun, TASK_ID, taskExample } from "../task-schema.js";
import { requires, requiresEither, router } from "../trpc.js";

const jobFault = fault.meta({ id: "JobFault", description: "Why something failed." });

const destinationRun = z.object({
  destination: z.string(),
  snapshot: z
    .string()
    .optional()
    .meta({ description: "The id of the snapshot that was stored, or that passed its drill." }),
  newBytes: count("How many bytes it has added there.").optional(),
  removed: count("How many older snapshots the run has removed.").optional(),
  drill: z
    .object({
      instant: time("The instant of the restored state."),
      restoreSeconds: z.number().meta({ description: "What a real restore of it takes, about." }),
      snapshots: count("How many snapshots were restored."),
    } satisfies Schema<DrilledDestination>)
    .optional()
    .meta({ description: "What a drill has proved." }),
  error: jobFault.optional(),
} satisfies Schema<DestinationRun>);

const runBegun = {
  id: z.string().meta({ description: "A UUID." }),
  trigger: z.enum(TRIGGERS).meta({
    description:
      "Why it ran: by its schedule, late after its time had passed, or because somebody asked for it.",
  }),
  dueAt: time("When it was due, or was asked for."),
  startedAt: time("When it began."),
};

const run = z
  .object({
    ...runBegun,
    endedAt: time("When it ended."),
    outcome: z.enum(OUTCOMES).meta({
      description:
        "`partial`: a snapshot was stored, but not in each destination, or older ones could not be removed. `failure`: none was " +
        "stored. `cancelled`: somebody ended it before a snapshot was stored. `cut`: the server ended meanwhile. Of a drill, " +
        "`partial`: it passed in some destinations. `failure`: in none.",
    }),
    destinations: z.array(destinationRun),
    error: jobFault.optional(),
    notes: z.array(z.string()),
  } satisfies Schema<JobRun>)
  .meta({ id: "JobRun", description: "A run that has ended." });

const progress = z.object({
  phase: z.string(),
  database: z.string().optional(),
  records: z.int(),
  totalRecords: z.int().optional(),
} satisfies Schema<JobProgress>);

const continuous = z
  .object({
    possibleLossSeconds: z.number().meta({
      description: "Seconds of changes that would be lost with this machine.",
    }),
    lastSuccess: time(
      "All changes up to this time are stored. Absent until that was the case once.",
    ).optional(),
    needsSnapshot: z.string().optional().meta({
      description: "Why a snapshot is needed before changes can be stored one by one again.",
    }),
    failingSince: time("Since when storing fails.").optional(),
    error: jobFault.optional(),
  } satisfies Schema<ContinuousReport>)
  .meta({
    id: "ContinuousState",
    description: "The state of a continuous job in a destination.",
  });

const destination = z.object({
  name: z.string(),
  lastSuccess: time("When a snapshot was last stored there.").optional(),
  snapshot: z.string().optional().meta({ description: "That snapshot's id." }),
  verified: z.string().optional().meta({
    description: "The newest snapshot that has passed a drill there.",
  }),
  verifiedAt: time("When it passed.").optional(),
  restoreSeconds: z
    .number()
    .optional()
    .meta({ description: "What a real restore of it takes, about." }),
  drillFailed: z
    .boolean()
    .optional()
    .meta({ description: "Whether the last drill failed there. Absent where there was none." }),
  objects: count("How many segments it held after the last prune.").optional(),
  bytes: count("How many bytes these took.").optional(),
  continuous: continuous.optional(),
} satisfies Schema<JobReport["destinations"][number]>);

const drillState = z
  .object({
    schedule: z.string().optional().meta({ description: "A cron expression." }),
    timeZone: z.string().optional(),
    nextRun: time("When the next one begins.").optional(),
    overdue: z.boolean().meta({ description: "Whether its last success is older than it may be." }),
    running: z.object({ ...runBegun, progress: progress.optional() }).optional(),
    lastRun: run.optional(),
    lastSuccess: time("When one last passed in each destination.").optional(),
  } satisfies Schema<DrillState>)
  .meta({ id: "JobDrill", description: "The drills of a job." });

const job = z
  .object({
    name: z.string(),
    schedule: z.string().meta({ description: "A cron expression." }),
    timeZone: z.string(),
    paused: z.boolean(),
    nextRun: time("Absent while it is paused.").optional(),
    overdue: z.boolean().meta({ description: "Whether its last success is older than it may be." }),
    running: z.object({ ...runBegun, progress: progress.optional() }).optional(),
    lastRun: run.optional(),
    lastSuccess: time("When a run last succeeded in all destinations.").optional(),
    destinations: z.array(destination),
    drill: drillState.optional(),
  } satisfies Schema<JobReport>)
  .meta({ id: "Job", description: "A backup job, and the state of its runs." });

const RUN = TASK_ID;
const SNAPSHOT = "91186e8d-6e05-4271-b4b3-02c804ff00bf";
const example: JobReport = {
  name: "nightly",
  schedule: "15 3 * * *",
  timeZone: "Europe/Berlin",
  paused: false,
  nextRun: "2026-11-30T02:15:00.000Z",
  overdue: false,
  lastRun: {
    id: RUN,
    trigger: "schedule",
    dueAt: "2026-11-29T02:15:00.000Z",
    startedAt: "2026-11-29T02:15:00.012Z",
    endedAt: "2026-11-29T02:15:04.730Z",
    outcome: "success",
    destinations: [{ destination: "nas", snapshot: SNAPSHOT, newBytes: 52431, removed: 1 }],
    notes: [],
  },
  lastSuccess: "2026-11-29T02:15:04.730Z",
  destinations: [{ name: "nas", lastSuccess: "2026-11-29T02:15:04.730Z", snapshot: SNAPSHOT }],
};

const byName = z.object({ job: name("job") });
const ofJob = z.object({ success, job });

const begunAs = (how: Begin) =>
  begun.extend({ run: z.string().meta({ description: `The ${how}'s id, a UUID: the task's.` }) });

export const jobs = router({
  // a user who runs a job must see how it ends
  list: requiresEither("write_backups", "read_backups")
    .meta(
      rest("GET", "/jobs", {
        id: "list_jobs",
        tag: "jobs",
        summary: "List the backup jobs",
        description:
          "In the order of the server's settings: what ran, when it runs next, what failed and why. " +
          "The list is empty where the server has no jobs. The scope `write_backups` is enough.",
        response: { success: true, jobs: [example] },
      }),
    )
    .input(nothing)
    .output(z.object({ success, jobs: z.array(job) }))
    .query(({ ctx }) => ({ success: true as const, jobs: ctx.services.jobs.list() })),

  run: requires("write_backups")
    .meta(
      beginning("run", {
        summary: "Run a backup job now",
        description:
          "Works for a paused job, too. The answer comes when the run has begun. The list of jobs shows how it " +
          "ends, and so does the task of the same id, which can also be cancelled. The schedule goes " +
          "on unchanged.",
        response: taskExample("job", "nightly"),
      }),
    )
    .input(byName)
    .output(begunAs("run"))
    .mutation(({ ctx, input }) => beginRun("run", input.job, ctx)),

  drill: requires("write_backups")
    .meta(
      beginning("drill", {
        summary: "Drill what a backup job has stored",
        description:
          "Restores what the job has stored last in each destination into a scratch directory, checks every record, and " +
          "removes it: in a process of its own, at a low priority, one drill at a time. The answer comes when it has begun; the " +
          "task of the same id shows how it ends, and can be cancelled. The server needs an identity that reads the repository.",
        response: taskExample("drill", "nightly"),
      }),
    )
    .input(byName)
    .output(begunAs("drill"))
    .mutation(({ ctx, input }) => beginRun("drill", input.job, ctx)),

  pause: requires("write_backups")
    .meta(
      switching("pause", {
        summary: "Pause a backup job",
        description:
          "Its schedule starts no more runs, and the job is never overdue. A run under way goes on.",
        response: { ...example, paused: true, nextRun: undefined },
      }),
    )
    .input(byName)
    .output(ofJob)
    .mutation(({ ctx, input }) => switched("pause", input.job, ctx)),

  resume: requires("write_backups")
    .meta(
      switching("resume", {
        summary: "Resume a backup job",
        description: "Runs that it missed while it was paused are not caught up.",
        response: example,
      }),
    )
    .input(byName)
    .output(ofJob)
    .mutation(({ ctx, input }) => switched("resume", input.job, ctx)),
});

type Begin = "run" | "drill";

interface Described {
  summary: string;
  description: string;
  /** An example of the report of the job, or of the task. */
  response: unknown;
}

function beginning(how: Begin, { response, ...described }: Described): RestMeta {
  return rest("POST", `/jobs/{job}/${how}`, {
    id: `${how}_job`,
    tag: "jobs",
    ...described,
    errors: ["NOT_FOUND", "CONFLICT"],
    status: 202,
    response: { success: true, run: RUN, task: response },
  });
}

async function beginRun(how: Begin, job: string, ctx: Context & { caller: Caller }) {
  const { jobs, tasks } = ctx.services;
  const facts: AuditFacts = { action: `${how} job`, target: job };
  const run = await audited(ctx, facts, async () => {
    facts.run = jobs[how](job, ctx.caller.user);
    return facts.run as string;
  });
  return { success: true as const, run, task: shown(tasks.get(run)) };
}

type Switch = "pause" | "resume";

function switching(how: Switch, { response, ...described }: Described): RestMeta {
  return rest("POST", `/jobs/{job}/${how}`, {
    id: `${how}_job`,
    tag: "jobs",
    ...described,
    errors: ["NOT_FOUND"],
    response: { success: true, job: response },
  });
}

async function switched(how: Switch, name: string, ctx: Context & { caller: Caller }) {
  const { jobs } = ctx.services;
  await audited(ctx, { action: `${how} job`, target: name }, () => jobs[how](name));
  return { success: true as const, job: jobs.report(name) };
}
