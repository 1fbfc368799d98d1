// Logs: sending them through a pipeline, querying them, watching them come in.

import { z } from "zod";
import { batchFailure } from "../../operations/ingest/batch-failures.js";
import { ingestBatch } from "../../operations/ingest/batch-through-pipeline.js";
import { type Ingesting, ingestThrough } from "../../operations/ingest/through-pipeline.js";
import { FlowgError } from "../../platform/errors.js";
import { issueSentence } from "../../platform/messages/sentences.js";
import { filterOfValues, parseFilter } from "../../records/logs/filter.js";
import { BATCH_LOGS, LogBatch } from "../../records/logs/log-batch.js";
import { jsonLogs } from "../json-pieces.js";
import type { Download } from "../raw-bodies.js";
import { rest } from "../rest.js";
import { DONE, done, name, record, recordToStore, shown, success, valueLists } from "../schemas.js";
import { EVENTS_TYPE } from "../server-sent-events.js";
import { requires, router } from "../trpc.js";
import { watchEvents } from "../watch.js";
import { whilePermitted } from "../while-permitted.js";

const tag = "logs";

const time = (description: string) =>
  z.iso
    .datetime({ offset: true })
    .meta(shown({ type: "string", format: "date-time", description }));

const log = z
  .object({ timestamp: z.string().meta({ description: "RFC 3339." }), fields: record })
  .meta({ id: "Log" });

/** The parameter `indexing` of later FlowGs: a JSON object of lists. */
const indexing = z
  .string()
  .transform((text, context) => {
    try {
      const parsed = valueLists.safeParse(JSON.parse(text));
      if (parsed.success) return parsed.data;
    } catch {
      // the issue below is the error
    }
    const message = 'must be a JSON object with lists of strings: {"level":["error"]}';
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  })
  .meta(
    shown({
      type: "string",
      description:
        'Narrows to entries that have one of the values in each of the fields, as in `{"level":["error","fatal"]}`.',
    }),
  );

const query = z.object({
  stream: name("stream"),
  from: time("RFC 3339 with zone; entries of this moment are included."),
  to: time("RFC 3339 with zone; entries of this moment are not included."),
  filter: z.string().meta({ description: 'Say, `level = "error"`.' }).optional(),
  indexing: indexing.optional(),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, "must be a whole number from 1 on")
    .transform(Number)
    .meta(
      shown({
        type: "integer",
        minimum: 1,
        maximum: 999_999_999_999_999,
        description: "At most this many entries, the newest ones.",
      }),
    )
    .optional(),
});

const ingested = done.extend({
  processed_count: z.int().optional().meta({ description: "For many logs: how many are stored." }),
});

const otlpLogs = (z.any() as z.ZodType<LogBatch>).meta(
  shown({
    type: "array",
    items: { type: "object", additionalProperties: true },
    description: "As opentelemetry-proto describes them.",
  }),
);

/** A record that is checked later by itself, so that a wrong one doesn't keep the others from being stored. */
const someRecord = z
  .unknown()
  .meta(shown({ type: "object", additionalProperties: { type: "string" } }));

function whyOf({ issues: [first] }: z.ZodError): string {
  return issueSentence({
    path: (first?.path ?? []).map(String).join("."),
    message: first?.message ?? "",
  });
}

/**
 * Sends a batch through a pipeline.
 * @throws an error that names the refused logs
 */
async function sendBatch(pipeline: string, batch: LogBatch, services: Ingesting) {
  const { accepted, refused } = await ingestBatch(pipeline, batch, services);
  if (refused.length > 0) throw batchFailure(refused, accepted);
  return { success: true, processed_count: accepted } as const;
}

export const logs = router({
  ingest: requires("send_logs")
    .meta({
      ...rest("POST", "/pipelines/{pipeline}/logs", {
        id: "ingest_log",
        tag,
        summary: "Send a log through a pipeline",
        description:
          "When this answers, the log is on disk. A JSON array of logs, or a log on each line " +
          "(`application/x-ndjson`), is sent as one: up to 10,000, also compressed with gzip. The " +
          "error says in `details` which logs are refused, and the others are stored. The server calls " +
          "webhooks of alerts later, and its metrics count how these calls end.",
        errors: ["NOT_FOUND", "NOT_IMPLEMENTED", "REFUSED", "UPSTREAM_FAILED"],
        request: { record: { level: "info", message: "hello" } },
        response: { success: true },
      }),
      fieldsIn: "record",
      batchIn: "record",
    })
    .input(z.object({ pipeline: name("pipeline"), record: recordToStore }))
    .output(ingested)
    .mutation(async ({ ctx, input: { pipeline, record } }) => {
      if (record instanceof LogBatch) return await sendBatch(pipeline, record, ctx.services);
      await ingestThrough(pipeline, record, ctx.services);
      return DONE;
    }),

  ingestOtlp: requires("send_logs")
    .meta({
      ...rest("POST", "/pipelines/{pipeline}/logs/otlp", {
        id: "ingest_logs_otlp",
        tag,
        summary: "Send logs of OpenTelemetry through a pipeline",
        description:
          "OTLP's ExportLogsServiceRequest, in JSON or protobuf, also compressed with gzip. Exporters and collectors send to `/v1/logs`, " +
          "which answers in OTLP's own forms.",
        errors: ["NOT_FOUND", "NOT_IMPLEMENTED", "REFUSED", "UPSTREAM_FAILED"],
        request: { resourceLogs: [] },
        response: { success: true, processed_count: 0 },
      }),
      otlpIn: "resourceLogs",
    })
    .input(z.object({ pipeline: name("pipeline"), resourceLogs: otlpLogs }))
    .output(ingested)
    .mutation(({ ctx, input: { pipeline, resourceLogs } }) =>
      sendBatch(pipeline, resourceLogs, ctx.services),
    ),

  ingestStruct: requires("send_logs")
    .meta(
      rest("POST", "/pipelines/{pipeline}/logs/struct", {
        id: "ingest_logs_struct",
        tag,
        summary: "Send several logs through a pipeline, as later FlowGs take them",
        description:
          "Up to 10,000. The error says in `details` which logs are refused, and the others are stored.",
        errors: ["NOT_FOUND", "NOT_IMPLEMENTED", "REFUSED", "UPSTREAM_FAILED"],
        request: { records: [{ level: "info", message: "hello" }] },
        response: { success: true, processed_count: 1 },
      }),
    )
    .input(z.object({ pipeline: name("pipeline"), records: z.array(someRecord).max(BATCH_LOGS) }))
    .output(ingested)
    .mutation(async ({ ctx, input: { pipeline, records } }) => {
      const read = records.map((given, index) => ({ index, given: record.safeParse(given) }));
      const logs = read.flatMap(({ index, given }) =>
        given.success ? [{ index, fields: given.data }] : [],
      );
      const refused = read.flatMap(({ index, given: { error } }) =>
        error ? [{ index, message: whyOf(error) }] : [],
      );
      return await sendBatch(pipeline, new LogBatch(logs, refused), ctx.services);
    }),

  ingestText: requires("send_logs")
    .meta({
      ...rest("POST", "/pipelines/{pipeline}/logs/text", {
        id: "ingest_logs_text",
        tag,
        summary: "Send each line of a text through a pipeline",
        description:
          "Each line that is not blank becomes the field `content` of a log, as in later FlowGs.",
        errors: ["NOT_FOUND", "NOT_IMPLEMENTED", "REFUSED", "UPSTREAM_FAILED"],
        request: "hello\nworld\n",
        response: { success: true, processed_count: 2 },
      }),
      textIn: "text",
    })
    .input(z.object({ pipeline: name("pipeline"), text: z.string() }))
    .output(ingested)
    .mutation(async ({ ctx, input: { pipeline, text } }) => {
      const logs = text.split("\n").flatMap((given, i) => {
        const content = given.trim();
        return content === "" ? [] : [{ line: i + 1, fields: { content } }];
      });
      if (logs.length > BATCH_LOGS) {
        throw new FlowgError("INPUT_TOO_LARGE", `the text has more than ${BATCH_LOGS} lines`, {
          hint: "send it in parts",
        });
      }
      const batch = new LogBatch(
        logs.map((log, index) => ({ ...log, index })),
        [],
      );
      return await sendBatch(pipeline, batch, ctx.services);
    }),

  query: requires("read_streams")
    .meta({
      ...rest("GET", "/streams/{stream}/logs", {
        id: "query_stream",
        tag,
        summary: "Query a stream's entries in a window of time",
        description:
          "Newest first. The answer is streamed: if it breaks off, the connection is cut.",
        errors: ["NOT_FOUND"],
        response: {
          success: true,
          records: [
            { timestamp: "2026-11-23T08:15:30.123Z", fields: { level: "info", message: "hello" } },
          ],
        },
      }),
      rawBody: {
        kind: "download",
        contentType: "application/json",
        answer: z.object({ success, records: z.array(log) }),
      },
    })
    .input(query)
    .output(z.custom<Download>())
    .query(async ({ ctx, input }): Promise<Download> => {
      const { stream, limit } = input;
      const { logs } = ctx.services;
      const given = input.filter === undefined ? undefined : parseFilter(input.filter);
      const filter = filterOfValues(input.indexing ?? {}, given);
      if ((await logs.streams.get(stream)) === undefined) {
        throw new FlowgError("NOT_FOUND", `there is no stream ${JSON.stringify(stream)}`, {
          hint: "list the streams to see their names",
        });
      }
      // entries have times in milliseconds, so a finer fraction is cut off, as in FlowG
      const window = { fromMs: Date.parse(input.from), toMs: Date.parse(input.to) };
      return {
        headers: { "Cache-Control": "no-store" },
        start: async (signal) => ({
          stream: jsonLogs(logs.query(stream, { ...window, filter, limit, signal })),
        }),
      };
    }),

  watch: requires("read_streams")
    .meta({
      ...rest("GET", "/streams/{stream}/logs/watch", {
        id: "watch_logs",
        tag,
        summary: "Watch a stream's entries come in",
        description:
          "Server-sent events: each entry is an event `log`, with the entry's id and JSON. An event `lost` says how many could " +
          "not be sent in time. Comments keep the connection awake. The connection ends once the caller may not watch any more.",
        response:
          'id: 2026\nevent: log\ndata: {"timestamp":"2026-11-23T08:15:30.123Z","fields":{"message":"hello"}}\n\n',
      }),
      rawBody: { kind: "download", contentType: EVENTS_TYPE, answer: z.string() },
    })
    .input(query.pick({ stream: true, filter: true }))
    .output(z.custom<Download>())
    .query(({ ctx, input }): Download => {
      const filter = input.filter ? parseFilter(input.filter) : undefined;
      return {
        // otherwise nginx holds events back until its buffer is full
        headers: { "Cache-Control": "no-cache", "X-Accel-Buffering": "no" },
        immediate: true,
        start: async (signal) => {
          const events = watchEvents(ctx.services.feed, { stream: input.stream, filter, signal });
          return { stream: whilePermitted(events, ctx.authorizeAgain) };
        },
      };
    }),
});
