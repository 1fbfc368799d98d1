// Trying out a transformer or an alert without storing anything.

import { z } from "zod";
import { FlowgError } from "../../platform/errors.js";
import { WrittenFields } from "../../records/logs/written-fields.js";
import { postAlert } from "../post-alert.js";
import { NAMES_BYTES, rest } from "../rest.js";
import { DONE, done, name, record, success } from "../schemas.js";
import { requires, router } from "../trpc.js";

const tag = "test";

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
      if (webhook.type !== undefined) {
        throw new FlowgError(
          "NOT_IMPLEMENTED",
          `this server cannot run forwarders of the type ${JSON.stringify(webhook.type)}`,
          { hint: "save an alert with a URL in its place" },
        );
      }
      const log = { timestamp: new Date().toISOString(), fields: input.record };
      await postAlert(webhook, log, ctx.signal);
      return DONE;
    }),
});
