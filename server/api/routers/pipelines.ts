// Pipelines: flow graphs that lead logs to streams and alerts.

import { z } from "zod";
import { itemAnswer, itemBody } from "../item-answer.js";
import type { Download } from "../raw-bodies.js";
import { rest } from "../rest.js";
import {
  DONE,
  done,
  flow,
  flowInput,
  name,
  saved,
  success,
  warnings,
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
      ...(input.warnings ? { warnings: await ctx.services.config.warnings("pipeline") } : {}),
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
      await ctx.services.config.pipelines.save(input.pipeline, input.flow);
      const warning = await ctx.services.config.warningOf(input.pipeline);
      return warning === undefined ? DONE : { success: true, warnings: [warning] };
    }),

  delete: requires("write_pipelines")
    .meta(
      rest("DELETE", "/pipelines/{pipeline}", {
        id: "delete_pipeline",
        tag,
        summary: "Delete a pipeline",
        errors: ["NOT_FOUND"],
        response: { success: true },
      }),
    )
    .input(byName)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.config.pipelines.delete(input.pipeline);
      return DONE;
    }),
});
