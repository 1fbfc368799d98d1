// Transformers: scripts that change logs on their way.

import { z } from "zod";
import { printable } from "../../records/records.js";
import type { Services } from "../context.js";
import { itemAnswer, itemBody } from "../item-answer.js";
import { pipelinesWith } from "../pipelines-with.js";
import type { Download } from "../raw-bodies.js";
import { rest } from "../rest.js";
import {
  DONE,
  deleted,
  name,
  saved,
  success,
  warnings,
  withSentences,
  withWarnings,
} from "../schemas.js";
import { requires, router } from "../trpc.js";

const tag = "transformers";
const byName = z.object({ transformer: name("transformer") });

export const transformers = router({
  list: requires("read_transformers")
    .meta(
      rest("GET", "/transformers", {
        id: "list_transformers",
        tag,
        summary: "List the transformers",
        response: { success: true, transformers: ["parse-nginx"] },
      }),
    )
    .input(withWarnings)
    .output(z.object({ success, transformers: z.array(z.string()), warnings }))
    .query(async ({ ctx, input }) => ({
      success: true,
      transformers: await ctx.services.config.transformers.list(),
      ...(input.warnings ? { warnings: await warningsOf(ctx.services) } : {}),
    })),

  get: requires("read_transformers")
    .meta({
      ...rest("GET", "/transformers/{transformer}", {
        id: "get_transformer",
        tag,
        summary: "Show a transformer's script",
        errors: ["NOT_FOUND"],
        response: { success: true, script: '.level = "info"' },
      }),
      ...itemBody(z.object({ success, script: z.string() })),
    })
    .input(byName)
    .output(z.custom<Download>())
    .query(({ ctx, input }) =>
      itemAnswer(ctx.services.config.transformers, {
        name: input.transformer,
        member: "script",
        as: "text",
      }),
    ),

  save: requires("write_transformers")
    .meta(
      rest("PUT", "/transformers/{transformer}", {
        id: "save_transformer",
        tag,
        summary: "Create or replace a transformer",
        description:
          "A script that calls functions that this server's VRL doesn't have is refused. One that can't be compiled is saved, and `warnings` says so, and which pipelines lead to it.",
        request: { script: '.level = "info"' },
        response: { success: true },
      }),
    )
    .input(byName.extend({ script: z.string() }))
    .output(saved)
    .mutation(async ({ ctx, input }) => {
      const { config, transformers } = ctx.services;
      const problem = await transformers.check(input.script);
      await config.transformers.save(input.transformer, input.script);
      if (problem === undefined) return DONE;
      const warning = `The transformer "${printable(input.transformer)}" does not run: ${problem}.`;
      const item = { kind: "transformer", name: input.transformer } as const;
      return withSentences(warning, ...(await pipelinesWith(item, ctx, transformers.trials())));
    }),

  delete: requires("write_transformers")
    .meta(
      rest("DELETE", "/transformers/{transformer}", {
        id: "delete_transformer",
        tag,
        summary: "Delete a transformer",
        description: "`warnings` names the pipelines that lead to it.",
        errors: ["NOT_FOUND"],
        response: { success: true },
      }),
    )
    .input(byName)
    .output(deleted)
    .mutation(async ({ ctx, input }) => {
      const name = input.transformer;
      await ctx.services.config.transformers.delete(name);
      return withSentences(...(await pipelinesWith({ kind: "transformer", name }, ctx)));
    }),
});

const warningsOf = ({ config, transformers }: Services): Promise<string[]> =>
  config.warnings(["transformer"], { problems: transformers.trials() });
