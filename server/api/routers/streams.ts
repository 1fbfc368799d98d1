// Streams: where logs are kept, for how long, and which fields are indexed.

import { z } from "zod";
import { jsonStreams } from "../json-pieces.js";
import type { Download } from "../raw-bodies.js";
import { NAMES_BYTES, rest } from "../rest.js";
import {
  DONE,
  done,
  name,
  nothing,
  streamConfig,
  streamConfigInput,
  streamConfigs,
  success,
  valueLists,
} from "../schemas.js";
import { requires, router } from "../trpc.js";

const tag = "streams";
const byName = z.object({ stream: name("stream") });
const example = { ttl: 604800, size: 1024, indexed_fields: ["level"] };

export const streams = router({
  list: requires("read_streams")
    .meta({
      ...rest("GET", "/streams", {
        id: "list_streams",
        tag,
        summary: "List the streams and their configurations",
        response: { success: true, streams: { web: example } },
      }),
      rawBody: {
        kind: "download",
        contentType: "application/json",
        answer: z.object({ success, streams: streamConfigs }),
      },
    })
    .input(nothing)
    .output(z.custom<Download>())
    .query(
      ({ ctx }): Download => ({
        headers: { "Cache-Control": "no-store" },
        start: async () => ({ stream: jsonStreams(ctx.services.logs.streams.list()) }),
      }),
    ),

  get: requires("read_streams")
    .meta(
      rest("GET", "/streams/{stream}", {
        id: "get_stream",
        tag,
        summary: "Show a stream's configuration",
        description:
          "A stream that does not exist is created, if the caller may write streams; else this shows what it would begin with.",
        response: { success: true, config: example },
      }),
    )
    .input(byName)
    .output(z.object({ success, config: streamConfig }))
    .query(async ({ ctx, input }) => {
      const { streams } = ctx.services.logs;
      const creates = ctx.caller.scopes.has("write_streams");
      const { stream } = input;
      const config = await (creates ? streams.getOrCreate(stream) : streams.getOrDefault(stream));
      return { success: true, config };
    }),

  configure: requires("write_streams")
    .meta({
      bodyBytes: NAMES_BYTES,
      ...rest("PUT", "/streams/{stream}", {
        id: "configure_stream",
        tag,
        summary: "Create a stream or change its configuration",
        description:
          "Entries that a new limit excludes are removed. A newly indexed field is also indexed for " +
          "entries that exist. Until that is done, queries look at every entry.",
        errors: ["REFUSED"],
        request: { config: example },
        response: { success: true },
      }),
    })
    .input(byName.extend({ config: streamConfigInput }))
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.logs.streams.configure(input.stream, input.config);
      return DONE;
    }),

  purge: requires("write_streams")
    .meta(
      rest("DELETE", "/streams/{stream}", {
        id: "purge_stream",
        tag,
        summary: "Delete a stream",
        description:
          "Deletes its entries and configuration. Succeeds even if there is no such stream.",
        response: { success: true },
      }),
    )
    .input(byName)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.logs.streams.delete(input.stream);
      return DONE;
    }),

  fields: requires("read_streams")
    .meta(
      rest("GET", "/streams/{stream}/fields", {
        id: "list_stream_fields",
        tag,
        summary: "List the fields that a stream's entries have",
        response: { success: true, fields: ["level", "message"] },
      }),
    )
    .input(byName)
    .output(z.object({ success, fields: z.array(z.string()) }))
    .query(async ({ ctx, input }) => ({
      success: true,
      fields: await ctx.services.logs.streams.fields(input.stream),
    })),

  indices: requires("read_streams")
    .meta(
      rest("GET", "/streams/{stream}/indices", {
        id: "get_stream_indices",
        tag,
        summary: "List the values that a stream's indexed fields have",
        description: "At most 10,000 in all.",
        response: { success: true, indices: { level: ["error", "info"] } },
      }),
    )
    .input(byName)
    .output(z.object({ success, indices: valueLists }))
    .query(async ({ ctx, input }) => ({
      success: true,
      indices: await ctx.services.logs.streams.values(input.stream),
    })),
});
