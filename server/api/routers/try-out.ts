// Trying out a transformer or an alert without storing anything.

import { z } from "zod";
import { FlowgError } from "../../platform/errors.js";
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
        description:
          "This server has no interpreter for scripts: only the empty one, which changes nothing, can be run.",
        errors: ["NOT_IMPLEMENTED"],
        changesNothing: true,
        request: { code: "", record: { message: "hello" } },
        response: { success: true, record: { message: "hello" } },
      }),
    )
    .input(z.object({ code: z.string(), record }))
    .output(z.object({ success, record }))
    .mutation(({ input }) => {
      if (input.code.trim() !== "") {
        throw new FlowgError("NOT_IMPLEMENTED", "this server cannot run scripts");
      }
      return { success: true, record: input.record };
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
