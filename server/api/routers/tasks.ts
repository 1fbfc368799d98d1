// Tasks, which are long work: listing, showing, following and cancelling them.

import { tracked } from "@trpc/server";
import { z } from "zod";
import { shown } from "../../tasks/tasks.js";
import { type AuditFacts, audited } from "../audited.js";
import { rest } from "../rest.js";
import { nothing, success } from "../schemas.js";
import { eventText } from "../server-sent-events.js";
import { demandTask, seenBy } from "../task-access.js";
import { task, taskExample } from "../task-schema.js";
import { router, signedIn } from "../trpc.js";
import { whilePermitted } from "../while-permitted.js";

const tag = "tasks";

const byId = z.object({ task: z.string().meta({ description: "The task's id." }) });
const answer = z.object({ success, task });

const WHOSE =
  "The user who began a task sees it, until their password is set anew, or a restore brings another one. So do callers who hold the " +
  "scopes that its work needs.";

const ended = taskExample("job", "nightly", {
  state: "succeeded",
  endedAt: "2026-11-29T02:15:04.730Z",
  progress: { phase: "reading", database: "logs", records: 1513, totalRecords: 1513 },
});

// each task says which scopes it needs
export const tasks = router({
  list: signedIn
    .meta(
      rest("GET", "/tasks", {
        id: "list_tasks",
        tag,
        summary: "List tasks",
        description: `Newest first: running tasks, and the newest hundred that have ended. ${WHOSE} The list has only these.`,
        response: { success: true, tasks: [ended] },
      }),
    )
    .input(nothing)
    .output(z.object({ success, tasks: z.array(task) }))
    .query(async ({ ctx }) => {
      const seen = await seenBy(ctx, ctx.services.tasks.list());
      return { success: true as const, tasks: seen.map(shown) };
    }),

  get: signedIn
    .meta(
      rest("GET", "/tasks/{task}", {
        id: "get_task",
        tag,
        summary: "Look at a task",
        description: WHOSE,
        errors: ["NOT_FOUND", "PERMISSION_DENIED"],
        response: { success: true, task: ended },
      }),
    )
    .input(byId)
    .output(answer)
    .query(async ({ ctx, input }) => {
      const found = ctx.services.tasks.get(input.task);
      await demandTask(ctx, found);
      return { success: true as const, task: shown(found) };
    }),

  cancel: signedIn
    .meta(
      rest("DELETE", "/tasks/{task}", {
        id: "cancel_task",
        tag,
        summary: "Cancel a task",
        description:
          "Asks the task to stop, and doesn't wait: its events tell when it has ended. Nothing is left " +
          "half done: a cancelled restore has changed nothing, and a cancelled backup leaves no " +
          "snapshot. A task that can't be undone any more goes on to its end, and succeeds. " +
          WHOSE,
        errors: ["NOT_FOUND", "CONFLICT"],
        status: 202,
        response: { success: true, task: taskExample("job", "nightly", { cancelling: true }) },
      }),
    )
    .input(byId)
    .output(answer)
    .mutation(async ({ ctx, input }) => {
      const facts: AuditFacts = { action: "cancel task", task: input.task };
      const { tasks } = ctx.services;
      const cancelled = await audited(ctx, facts, async () => {
        const found = tasks.get(input.task);
        await demandTask(ctx, found);
        Object.assign(facts, { kind: found.kind, target: found.target });
        return tasks.cancel(input.task, ctx.caller.user);
      });
      return { success: true as const, task: cancelled };
    }),

  events: signedIn
    .meta({
      ...rest("GET", "/tasks/{task}/events", {
        id: "follow_task",
        tag,
        summary: "Follow a task to its end",
        description:
          "Server-sent events: `task` with the task as it is now, `progress` as it goes on, and `end` " +
          "with the task as it ended, which is the last one. Each has an id: a client that comes back " +
          "with it, in the header `Last-Event-ID` or as `lastEventId`, " +
          `gets the events after it. Comments keep the connection awake. ${WHOSE} The connection ends once the caller may not see the task any more.`,
        errors: ["NOT_FOUND", "PERMISSION_DENIED"],
        response:
          eventText("progress", { phase: "reading", database: "logs", records: 800 }, "7") +
          eventText("end", ended, "8"),
      }),
      rawBody: { kind: "events", answer: z.string() },
    })
    .input(
      byId.extend({
        lastEventId: z
          .string()
          .regex(/^\d{1,15}$/, "must be the id of an event")
          .optional()
          .meta({
            description: "The last event that the client has, as in the header `Last-Event-ID`.",
          }),
      }),
    )
    .subscription(async function* ({ ctx, input, signal }) {
      const { tasks } = ctx.services;
      const task = tasks.get(input.task);
      await demandTask(ctx, task);
      const after = input.lastEventId === undefined ? undefined : Number(input.lastEventId);
      const events = tasks.events(input.task, after, signal ?? ctx.signal);
      const demand = async () => demandTask({ ...ctx, caller: await ctx.authorizeAgain() }, task);
      for await (const { id, ...said } of whilePermitted(events, demand))
        yield tracked(String(id), said);
    }),
});
