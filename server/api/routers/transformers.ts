// Transformers: scripts that change logs on their way.

import { z } from "zod";
import { rest } from "../rest.js";
import { DONE, done, name, nothing, success } from "../schemas.js";
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
    .input(nothing)
    .output(z.object({ success, transformers: z.array(z.string()) }))
    .query(async ({ ctx }) => ({
      success: true,
      transformers: await ctx.services.config.transformers.list(),
    })),

  get: requires("read_transformers")
    .meta(
      rest("GET", "/transformers/{transformer}", {
        id: "get_transformer",
        tag,
        summary: "Show a transformer's script",
        errors: ["NOT_FOUND"],
        response: { success: true, script: '.level = "info"' },
      }),
    )
    .input(byName)
    .output(z.object({ success, script: z.string() }))
    .query(async ({ ctx, input }) => ({
      success: true,
      script: await ctx.services.config.transformers.get(input.transformer),
    })),

  save: requires("write_transformers")
    .meta(
      rest("PUT", "/transformers/{transformer}", {
        id: "save_transformer",
        tag,
        summary: "Create or replace a transformer",
        description: "The script is stored as it is, not compiled.",
        request: { script: '.level = "info"' },
        response: { success: true },
      }),
    )
    .input(byName.extend({ script: z.string() }))
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.config.transformers.save(input.transformer, input.script);
      return DONE;
    }),

  delete: requires("write_transformers")
    .meta(
      rest("DELETE", "/transformers/{transformer}", {
        id: "delete_transformer",
        tag,
        summary: "Delete a transformer",
        errors: ["NOT_FOUND"],
        response: { success: true },
      }),
    )
    .input(byName)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.config.transformers.delete(input.transformer);
      return DONE;
    }),
});
