// Forwarders: alerts, as FlowG names and shows them from v0.28 on.

import { z } from "zod";
import { isServiceType } from "../../records/config/service.js";
import { pipelinesWith, warningsOfSaved } from "../pipelines-with.js";
import { NAMES_BYTES, rest } from "../rest.js";
import {
  deleted,
  name,
  saved,
  success,
  warnings,
  withSentences,
  withWarnings,
} from "../schemas.js";
import { requires, router } from "../trpc.js";

const tag = "forwarders";
/** The parameters of these paths; `forwarder` is also a member of the body. */
const byName = z.object({ name: name("forwarder") });
const example = {
  version: 2,
  config: { type: "http", url: "https://example.com/hooks/flowg", headers: {} },
};

const config = z.looseObject({
  type: z.string().meta({
    description:
      "A type of FlowG v0.63, with its members. The server keeps forwarders of the types `amqp` and `clickhouse`, and doesn't run them.",
  }),
});
const forwarder = z.object({ version: z.int(), config }).meta({ id: "Forwarder" });
const forwarderInput = z
  .object({
    version: z.int().nullish().meta({ description: "Of the format: 2." }),
    config,
  })
  .meta({ id: "ForwarderInput" });

export const forwarders = router({
  list: requires("read_alerts")
    .meta(
      rest("GET", "/forwarders", {
        id: "list_forwarders",
        tag,
        summary: "List the forwarders, which are the alerts",
        response: { success: true, forwarders: ["on-call"] },
      }),
    )
    .input(withWarnings)
    .output(z.object({ success, forwarders: z.array(z.string()), warnings }))
    .query(async ({ ctx, input }) => ({
      success: true,
      forwarders: await ctx.services.config.forwarders.list(),
      ...(input.warnings
        ? { warnings: await ctx.services.config.warnings(["alert"], ctx.services.alerts) }
        : {}),
    })),

  get: requires("read_alerts")
    .meta(
      rest("GET", "/forwarders/{name}", {
        id: "get_forwarder",
        tag,
        summary: "Show a forwarder",
        errors: ["NOT_FOUND"],
        response: { success: true, forwarder: example },
      }),
    )
    .input(byName)
    .output(z.object({ success, forwarder }))
    .query(async ({ ctx, input }) => ({
      success: true,
      forwarder: await ctx.services.config.forwarders.get(input.name),
    })),

  save: requires("write_alerts")
    .meta({
      ...rest("PUT", "/forwarders/{name}", {
        id: "save_forwarder",
        tag,
        summary: "Create or replace a forwarder",
        description:
          "One of a type that this server does not run (`amqp`, `clickhouse`) is kept as it is, and `warnings` says so, and which pipelines lead to it.",
        request: { forwarder: example },
        response: { success: true },
      }),
      bodyBytes: NAMES_BYTES,
    })
    .input(byName.extend({ forwarder: forwarderInput }))
    .output(saved)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.config.forwarders.save(input.name, input.forwarder);
      const { type } = input.forwarder.config;
      if (isServiceType(type)) return withSentences(...(await warningsOfSaved(input.name, ctx)));
      const warning = `Forwarders of the type ${JSON.stringify(type)} do not run here: it is kept as it is.`;
      return withSentences(
        warning,
        ...(await pipelinesWith({ kind: "alert", name: input.name }, ctx)),
      );
    }),

  delete: requires("write_alerts")
    .meta(
      rest("DELETE", "/forwarders/{name}", {
        id: "delete_forwarder",
        tag,
        summary: "Delete a forwarder",
        description: "`warnings` names the pipelines that lead to it.",
        errors: ["NOT_FOUND"],
        response: { success: true },
      }),
    )
    .input(byName)
    .output(deleted)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.config.forwarders.delete(input.name);
      return withSentences(...(await pipelinesWith({ kind: "alert", name: input.name }, ctx)));
    }),
});
