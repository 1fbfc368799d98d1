// Alerts: webhooks that logs are posted to.

import { z } from "zod";
import { itemAnswer, itemBody } from "../item-answer.js";
import { pipelinesWith, warningsOfSaved } from "../pipelines-with.js";
import type { Download } from "../raw-bodies.js";
import { NAMES_BYTES, rest } from "../rest.js";
import {
  deleted,
  name,
  saved,
  success,
  warnings,
  webhook,
  webhookInput,
  withSentences,
  withWarnings,
} from "../schemas.js";
import { requires, router } from "../trpc.js";

const tag = "alerts";
const byName = z.object({ alert: name("alert") });
const example = {
  version: 1,
  url: "https://example.com/hooks/flowg",
  headers: { "Content-Type": "application/json" },
};

export const alerts = router({
  list: requires("read_alerts")
    .meta(
      rest("GET", "/alerts", {
        id: "list_alerts",
        tag,
        summary: "List the alerts",
        response: { success: true, alerts: ["on-call"] },
      }),
    )
    .input(withWarnings)
    .output(z.object({ success, alerts: z.array(z.string()), warnings }))
    .query(async ({ ctx, input }) => ({
      success: true,
      alerts: await ctx.services.config.alerts.list(),
      ...(input.warnings
        ? { warnings: await ctx.services.config.warnings(["alert"], ctx.services.alerts) }
        : {}),
    })),

  get: requires("read_alerts")
    .meta({
      ...rest("GET", "/alerts/{alert}", {
        id: "get_alert",
        tag,
        summary: "Show an alert's webhook",
        errors: ["NOT_FOUND"],
        response: { success: true, webhook: example },
      }),
      ...itemBody(z.object({ success, webhook })),
    })
    .input(byName)
    .output(z.custom<Download>())
    .query(({ ctx, input }) =>
      itemAnswer(ctx.services.config.alerts, {
        name: input.alert,
        member: "webhook",
        as: "webhook",
      }),
    ),

  save: requires("write_alerts")
    .meta({
      ...rest("PUT", "/alerts/{alert}", {
        id: "save_alert",
        tag,
        summary: "Create or replace an alert",
        description:
          "A forwarder of a type that this server does not run is kept as it is, and `warnings` says so, and which pipelines lead to it.",
        request: { webhook: example },
        response: { success: true },
      }),
      bodyBytes: NAMES_BYTES,
    })
    .input(byName.extend({ webhook: webhookInput }))
    .output(saved)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.config.alerts.save(input.alert, input.webhook);
      return withSentences(...(await warningsOfSaved(input.alert, ctx)));
    }),

  delete: requires("write_alerts")
    .meta(
      rest("DELETE", "/alerts/{alert}", {
        id: "delete_alert",
        tag,
        summary: "Delete an alert",
        description: "`warnings` names the pipelines that lead to it.",
        errors: ["NOT_FOUND"],
        response: { success: true },
      }),
    )
    .input(byName)
    .output(deleted)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.config.alerts.delete(input.alert);
      return withSentences(...(await pipelinesWith({ kind: "alert", name: input.alert }, ctx)));
    }),
});
