// client.logs

import { demandObject, demandText } from "../arguments.js";
import { type Caller, type CallOptions, inPath, take } from "../call.js";
import { unexpected } from "../error-answer.js";
import { InputError } from "../errors.js";
import { Limits } from "../limits.js";
import { connectionError } from "../network-fault.js";
import { milliseconds } from "../options.js";
import { chunksOf, serverSentEvents } from "../server-sent-events.js";
import type { Log } from "../types.js";
import { type IngestedMany, type IngestManyOptions, ingestMany } from "./ingest-many.js";

/** A window of time, and what to look for in it. @example `const query: LogQuery = { from: "2026-11-23T00:00:00Z", to: new Date() }` */
export interface LogQuery {
  /** Entries of this moment are included. A text is RFC 3339 with a zone. */
  from: Date | string;
  /** Entries of this moment are not included. */
  to: Date | string;
  /** For example `level = "error"`. */
  filter?: string | undefined;
  /** At most this many entries, the newest ones. */
  limit?: number | undefined;
}

/** What to watch for. @example `const options: WatchOptions = { filter: 'level = "error"', signal }` */
export interface WatchOptions extends CallOptions {
  /** For example `level = "error"`. */
  filter?: string | undefined;
  /** Told how many entries came too fast to be sent. */
  onLost?: ((entries: number) => void) | undefined;
}

/** Sending, asking for and watching logs. @example `await client.logs.ingest("default", { message: "hello" })` */
export interface Logs {
  /** When it resolves, the log is on the server's disk. @throws NotFoundError if there is no such pipeline, NotImplementedError for one that does more than route @example `await client.logs.ingest("default", { level: "info", message: "hello" })` */
  ingest(pipeline: string, record: Record<string, string>, options?: CallOptions): Promise<void>;
  /**
   * Sends many logs in few requests, in their order, as they come. It stores no log twice: it sends again only what was not
   * stored.
   * @throws as `ingest`, and BadRequestError for a refused log if `onRefused` is absent
   * @example `const { stored } = await client.logs.ingestMany("default", records, { onRefused: ({ index, message }) =>
   *   show(index, message) })`
   */
  ingestMany(
    pipeline: string,
    records: Iterable<Record<string, string>> | AsyncIterable<Record<string, string>>,
    options?: IngestManyOptions,
  ): Promise<IngestedMany>;
  /** Newest first. @throws NotFoundError, BadRequestError for a filter that can't be read @example `const errors = await client.logs.query("web", { from, to, filter: 'level = "error"' })` */
  query(stream: string, query: LogQuery, options?: CallOptions): Promise<Log[]>;
  /** New entries as they come, until the signal or a `break` stops it. @throws BadRequestError for a filter that can't be read @example `for await (const { fields } of client.logs.watch("web")) show(fields)` */
  watch(stream: string, options?: WatchOptions): AsyncGenerator<Log, void, undefined>;
}

const QUERY = "/api/v1/streams/{stream}/logs";
/** The server's comments come every 15 seconds. */
const SILENCE_MS = 60_000;

export function logsOf(caller: Caller): Logs {
  const { api } = caller;
  return {
    ingest: async (pipeline, record, options) => {
      const params = { path: { pipeline: inPath("pipeline", pipeline) } };
      demandObject("record", record);
      const path = "/api/v1/pipelines/{pipeline}/logs";
      await take(api.POST(path, { params, body: { record }, ...caller.with(options) }));
    },
    ingestMany: (pipeline, records, options) => ingestMany(caller, { pipeline, records }, options),
    query: async (stream, asked, options) => {
      const { from, to, filter, limit } = demandObject("query", asked);
      const query = {
        from: time("from", from),
        to: time("to", to),
        ...(filter === undefined ? {} : { filter }),
        ...(limit === undefined ? {} : { limit }),
      };
      const params = { path: { stream: inPath("stream", stream) }, query };
      return (await take(api.GET(QUERY, { params, ...caller.with(options) }))).records;
    },
    watch: (stream, options) => watch(caller, inPath("stream", stream), options ?? {}),
  };
}

function time(name: string, moment: Date | string): string {
  if (!(moment instanceof Date)) return demandText(name, moment);
  if (Number.isNaN(moment.getTime())) throw new InputError("a Date holds no moment");
  return moment.toISOString();
}

async function* watch(
  caller: Caller,
  stream: string,
  { filter, onLost, signal, timeout = SILENCE_MS }: WatchOptions,
): AsyncGenerator<Log, void, undefined> {
  milliseconds("timeout", timeout);
  const limits = new Limits(signal);
  const url = new URL(
    `${caller.settings.baseUrl}/api/v1/streams/${encodeURIComponent(stream)}/logs/watch`,
  );
  if (filter !== undefined) url.searchParams.set("filter", filter);
  try {
    limits.allow(timeout, "there was no answer");
    const request = new Request(url, {
      headers: { Accept: "text/event-stream" },
      redirect: "manual",
    });
    const response = await caller.open(request, limits);
    const type = response.headers.get("content-type") ?? "nothing";
    if (!/^text\/event-stream\b/i.test(type)) throw unexpected(`${type}, not events`);
    const alive = () => limits.allow(timeout, "the server gave no sign of life");
    for await (const { event, data } of serverSentEvents(chunksOf(response.body, alive))) {
      if (event === "log") yield JSON.parse(data) as Log;
      else if (event === "lost") onLost?.((JSON.parse(data) as { entries: number }).entries);
    }
  } catch (error) {
    throw limits.explain(connectionError(error, url.origin));
  } finally {
    // lets go of the connection, where the reader has left
    limits.end();
  }
  throw connectionError(new Error("the server ended the watch"), url.origin);
}
