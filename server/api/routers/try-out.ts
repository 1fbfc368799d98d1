// Tries out a transformer, a pipeline or an alert without storing anything.

import { z } from "zod";
import { Messages } from "../../operations/forwarders/messages.js";
import { tracePlan } from "../../operations/ingest/trace-plan.js";
import { parsed } from "../../operations/ingest/walk-plan.js";
import { FlowgError } from "../../platform/errors.js";
import { isNotCarriedOut, recipientProblem } from "../../records/config/recipient.js";
import type { Fields } from "../../records/logs/written-fields.js";
import type { Context } from "../context.js";
import { NAMES_BYTES, type RestMeta, rest } from "../rest.js";
import { DONE, done, flowInput, name, record, success } from "../schemas.js";
import { requires, router } from "../trpc.js";

const tag = "test";

/** The most records of one try. */
const TRIED_RECORDS = 100;

const FLOW_EXAMPLE = {
  nodes: [
    { id: "in", type: "source", data: { type: "direct" } },
    { id: "out", type: "router", data: { stream: "web" } },
  ],
  edges: [{ id: "in-out", source: "in", target: "out" }],
};

const nodeTrace = z
  .object({
    nodeID: z.string(),
    input: record,
    output: z.array(record).nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: "NodeTrace" });

export const tryOut = router({
  transformer: requires("read_transformers")
    .meta(
      rest("POST", "/test/transformer", {
        id: "test_transformer",
        tag,
        summary: "Run a script on a record",
        description:
          "`records` has the logs that it makes of the record; `record` is the first of them.",
        changesNothing: true,
        request: { code: '.level = "info"', record: { message: "hello" } },
        response: {
          success: true,
          record: { level: "info", message: "hello" },
          records: [{ level: "info", message: "hello" }],
        },
      }),
    )
    .input(z.object({ code: z.string(), record }))
    .output(z.object({ success, record, records: z.array(record) }))
    .mutation(async ({ ctx, input }) => {
      const ran = await ctx.services.transformers.tryOut(input.code, input.record);
      const records = ran.map(parsed);
      // later FlowGs answer with the list alone
      return { success: true, record: records[0] ?? {}, records };
    }),

  pipeline: requires("send_logs")
    .meta({
      ...rest("POST", "/test/pipeline/{pipeline}", {
        id: "test_pipeline",
        tag,
        summary: "Lead records through a flow",
        description:
          "Nothing is stored or called. `trace` has what came to each node of the flow and what left " +
          "it. For another pipeline that the flow enters, it says only whether that succeeded.",
        changesNothing: true,
        request: { flow: FLOW_EXAMPLE, records: [{ message: "hello" }] },
        response: {
          success: true,
          trace: [{ nodeID: "out", input: { message: "hello" }, output: null, error: null }],
        },
      }),
      bodyBytes: NAMES_BYTES,
    })
    .input(
      z.object({
        pipeline: name("pipeline"),
        flow: flowInput,
        records: z.array(record).max(TRIED_RECORDS),
      }),
    )
    .output(z.object({ success, trace: z.array(nodeTrace), error: z.string().optional() }))
    .mutation(async ({ ctx, input: { pipeline, flow, records } }) => {
      const { config, transformers, room } = ctx.services;
      const { plan, source } = await config.planOfTried(pipeline, flow);
      const { trace, error } = await tracePlan(plan, { source, records, transformers, room });
      return { success: true, trace, ...(error === undefined ? {} : { error }) };
    }),

  forwarder: requires("write_alerts")
    .meta(posting("/test/forwarders/{name}", "test_forwarder", "Post a record to a forwarder"))
    .input(z.object({ name: name("forwarder"), record }))
    .output(done)
    .mutation(({ ctx, input }) => callNow(["forwarder", input.name], input.record, ctx)),

  alert: requires("write_alerts")
    .meta(posting("/test/alerts/{alert}", "test_alert", "Post a record to an alert's webhook"))
    .input(z.object({ alert: name("alert"), record }))
    .output(done)
    .mutation(({ ctx, input }) => callNow(["alert", input.alert], input.record, ctx)),
});

/** The meta of both procedures, since an alert is a forwarder. */
function posting(path: `/${string}`, id: string, summary: string): RestMeta {
  return {
    ...rest("POST", path, {
      id,
      tag,
      summary,
      errors: ["NOT_FOUND", "UPSTREAM_FAILED", "NOT_IMPLEMENTED"],
      changesNothing: true,
      request: { record: { message: "hello" } },
      response: { success: true },
    }),
    bodyBytes: NAMES_BYTES,
  };
}

/**
 * Calls an alert's webhook, or its service, once, now.
 * @throws NOT_FOUND, NOT_IMPLEMENTED, INPUT_INVALID, UPSTREAM_FAILED, CANCELLED
 */
async function callNow(
  [called, name]: ["alert" | "forwarder", string],
  fields: Fields,
  { services, signal }: Context,
) {
  const recipient = await services.config.recipient(called, name);
  const problem = recipientProblem(recipient);
  if (problem !== undefined) {
    const code = isNotCarriedOut(recipient) ? "NOT_IMPLEMENTED" : "UPSTREAM_FAILED";
    const another = called === "alert" ? "an alert with a URL" : "a forwarder that runs here";
    const hint = `nothing was sent: save ${another} in its place`;
    throw new FlowgError(code, `the ${called} ${JSON.stringify(name)} ${problem}`, { hint });
  }
  const body = new Messages(Date.now()).of(recipient, fields);
  await services.alerts.callNow(recipient, body, signal);
  return DONE;
}
