// Trying out a transformer or an alert without storing anything.

import { z } from "zod";
import { alertBody } from "../../operations/webhooks/alert-body.js";
import { FlowgError } from "../../platform/errors.js";
import { type Webhook, webhookProblem } from "../../records/config/webhook.js";
import { type Fields, WrittenFields } from "../../records/logs/written-fields.js";
import type { Context } from "../context.js";
import { NAMES_BYTES, rest } from "../rest.js";
import { DONE, done, name, record, success } from "../schemas.js";
import { requires, router } from "../trpc.js";

const tag = "test";

/** @throws NOT_IMPLEMENTED, INPUT_INVALID, UPSTREAM_FAILED, CANCELLED */
async function callAlert(webhook: Webhook, fields: Fields, ctx: Context): Promise<void> {
  const problem = webhookProblem(webhook);
  if (problem !== undefined) {
    const code = webhook.type === undefined ? "UPSTREAM_FAILED" : "NOT_IMPLEMENTED";
    const hint = "nothing was sent: save an alert with a URL in its place";
    throw new FlowgError(code, `the alert ${problem}`, { hint });
  }
  await ctx.services.alerts.callNow(webhook, alertBody(fields, Date.now()), ctx.signal);
}

export const tryOut = router({
  transformer: requires("read_transformers")
    .meta(
      rest("POST", "/test/transformer", {
        id: "test_transformer",
        tag,
        summary: "Run a script on a record",
        changesNothing: true,
        request: { code: '.level = "info"', record: { message: "hello" } },
        response: { success: true, record: { level: "info", message: "hello" } },
      }),
    )
    .input(z.object({ code: z.string(), record }))
    .output(z.object({ success, record }))
    .mutation(async ({ ctx, input }) => {
      const ran = await ctx.services.transformers.tryOut(input.code, input.record);
      return { success: true, record: ran instanceof WrittenFields ? ran.parsed : ran };
    }),

  alert: requires("write_alerts")
    .meta({
      ...rest("POST", "/test/alerts/{alert}", {
        id: "test_alert",
        tag,
        summary: "Post a record to an alert's webhook",
        errors: ["NOT_FOUND", "UPSTREAM_FAILED", "NOT_IMPLEMENTED"],
        changesNothing: true,
        request: { record: { message: "hello" } },
        response: { success: true },
      }),
      bodyBytes: NAMES_BYTES,
    })
    .input(z.object({ alert: name("alert"), record }))
    .output(done)
    .mutation(async ({ ctx, input }) => {
      const webhook = await ctx.services.config.alerts.get(input.alert);
      await callAlert(webhook, input.record, ctx);
      return DONE;
    }),
});
