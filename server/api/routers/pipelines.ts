// Pipelines: flow graphs that lead logs to streams and alerts.

import { z } from "zod";
import { itemAnswer, itemBody } from "../item-answer.js";
import { type Asking, pipelinesWith, problemsFor } from "../pipelines-with.js";
import type { Download } from "../raw-bodies.js";
import { rest } from "../rest.js";
import {
  deleted,
  flow,
  flowInput,
  name,
  saved,
  success,
  warnings,
  withSentences,
  withWarnings,
} from "../schemas.js";
import { requires, router } from "../trpc.js";

const tag = "pipelines";
const byName = z.object({ pipeline: name("pipeline") });
const example = {
  version: 1,
  nodes: [
    { id: "in", type: "source", position: { x: 0, y: 0 }, data: { type: "direct" } },
    { id: "out", type: "router", position: { x: 200, y: 0 }, data: { stream: "web" } },
  ],
  edges: [{ id: "in-out", source: "in", sourceHandle: "", target: "out" }],
};

export const pipelines = router({
  list: requires("read_pipelines")
    .meta(
      rest("GET", "/pipelines", {
        id: "list_pipelines",
        tag,
        summary: "List the pipelines",
        response: { success: true, pipelines: ["default"] },
      }),
    )
    .input(withWarnings)
    .output(z.object({ success, pipelines: z.array(z.string()), warnings }))
    .query(async ({ ctx, input }) => ({
      success: true,
      pipelines: await ctx.services.config.pipelines.list(),
      ...(input.warnings && { warnings: await warningsOf(ctx) }),
    })),

  get: requires("read_pipelines")
    .meta({
      ...rest("GET", "/pipelines/{pipeline}", {
        id: "get_pipeline",
        tag,
        summary: "Show a pipeline's flow",
        errors: ["NOT_FOUND"],
        response: { success: true, flow: example },
      }),
      ...itemBody(z.object({ success, flow })),
    })
    .input(byName)
    .output(z.custom<Download>())
    .query(({ ctx, input }) =>
      itemAnswer(ctx.services.config.pipelines, {
        name: input.pipeline,
        member: "flow",
        as: "flow",
      }),
    ),

  save: requires("write_pipelines")
    .meta(
      rest("PUT", "/pipelines/{pipeline}", {
        id: "save_pipeline",
        tag,
        summary: "Create or replace a pipeline",
        description:
          "A flow whose edges lead nowhere, or in circles, is refused, and so is one that names what does not exist. One that is not " +
          "finished, or that this server cannot carry out, is saved, and `warnings` says so.",
        request: { flow: example },
        response: { success: true },
      }),
    )
    .input(byName.extend({ flow: flowInput }))
    .output(saved)
    .mutation(async ({ ctx, input }) => {
      const { config } = ctx.services;
      await config.pipelines.save(input.pipeline, input.flow);
      const problems = problemsFor(ctx);
      const warning = await config.warningOf("pipeline", input.pipeline, { problems });
      return withSentences(warning, problems.untried);
    }),

  delete: requires("write_pipelines")
    .meta(
      rest("DELETE", "/pipelines/{pipeline}", {
        id: "delete_pipeline",
        tag,
        summary: "Delete a pipeline",
        description: "`warnings` names the pipelines that lead to it.",
        errors: ["NOT_FOUND"],
        response: { success: true },
      }),
    )
    .input(byName)
    .output(deleted)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.config.pipelines.delete(input.pipeline);
      return withSentences(
        ...(await pipelinesWith({ kind: "pipeline", name: input.pipeline }, ctx)),
      );
    }),
});

const warningsOf = (ctx: Asking): Promise<string[]> =>
  ctx.services.config.warnings(["pipeline"], { problems: problemsFor(ctx) });
