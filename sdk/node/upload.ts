// A restore: one file as a request, and the report as its answer.

import type { Caller } from "../call.js";
import { authorized } from "../credentials.js";
import { errorFromAnswer, unexpected } from "../error-answer.js";
import { Limits } from "../limits.js";
import { isUnsent } from "../network-fault.js";
import type {
  RestoreOptions,
  RestoreSource,
  ServerProgress,
  SetRestoreOptions,
} from "../resources/restore.js";
import { isPostponed, retrying } from "../retry.js";
import { watchCall } from "../seen-response.js";
import { serverSentEvents } from "../server-sent-events.js";
import type { Database } from "../types.js";
import { uncertain } from "../uncertain.js";
import { multipart } from "./multipart.js";
import { type OpenedSource, openSetSource, openSource } from "./source.js";
import { transferWaits } from "./transfer-waits.js";
import { type Answer, exchange } from "./transport.js";
import { wholeText } from "./whole-text.js";

/** A report is small; this is what a wrong server may make us read. */
const REPORT_MAX_BYTES = 64 * 1024 * 1024;

interface Upload {
  /** After the API's own path. */
  path: string;
  source: OpenedSource;
  options: SetRestoreOptions;
}

/** The caller's request for a restore. */
export interface RestoreRequest {
  database: Database | "all";
  source: RestoreSource;
  options: SetRestoreOptions;
}

/** @throws what the server answers, FileError, ConnectionError, … */
export async function upload<Report>(
  caller: Caller,
  { database, source, options }: RestoreRequest,
): Promise<Report> {
  const isAll = database === "all";
  return await sendWithRetries(caller, {
    path: isAll ? "/restore" : `/restore/${database}`,
    source: await (isAll ? openSetSource(source) : openSource(source)),
    options,
  });
}

async function sendWithRetries<Report>(caller: Caller, request: Upload): Promise<Report> {
  const { authorization, settings } = caller;
  const { source } = request;
  const { signal } = request.options;
  const waits = transferWaits(settings, request.options);
  let used = false;
  const onTouched = () => {
    used = true;
  };
  const attempt = () =>
    authorized(
      authorization,
      (header) => send<Report>(caller, { ...request, waits, header, onTouched }),
      () => used && !source.isReplayable,
    );
  // a source that was begun may have had an effect, and can't always be read again
  const mayRepeat = (error: unknown) => !used && (isPostponed(error) || isUnsent(error));
  return await retrying(attempt, { retries: settings.retries, signal, mayRepeat });
}

async function send<Report>(
  { settings }: Caller,
  {
    path,
    source,
    options,
    waits,
    header,
    onTouched,
  }: Upload & {
    waits: ReturnType<typeof transferWaits>;
    header: string | undefined;
    onTouched: () => void;
  },
): Promise<Report> {
  const { onProgress, onServerProgress, signal } = options;
  let bytes = 0;
  let isAllSent = false;
  const onAll = () => {
    isAllSent = true;
  };
  const totalBytes = source.length;
  const { body, contentType } = multipart("backup", source, (more) => {
    bytes += more;
    onProgress?.({ bytes, totalBytes });
  });
  const limits = new Limits(signal);
  const call = {
    method: "POST",
    url: `${settings.baseUrl}/api/v1${path}?${query(options)}`,
  };
  const seen = watchCall(settings.onResponse, call);
  try {
    const answer = await exchange({
      ...call,
      headers: {
        // one that doesn't know the first takes the second
        Accept: onServerProgress ? "text/event-stream, application/json;q=0.9" : "application/json",
        "Content-Type": contentType,
        ...(header === undefined ? {} : { Authorization: header }),
      },
      body: { ...body, bytes: noticing(body.bytes, { onTouched, onAll }), asksFirst: true },
      tls: settings.tls,
      limits,
      ...waits,
    });
    const { status, text } = await outcomeOf(answer, onServerProgress);
    seen(status, answer.headers, text);
    if (status !== 200) throw errorFromAnswer({ ...answer, status }, text);
    return reportIn<Report>(text);
  } catch (error) {
    const hint = "it may have been restored all the same: see what a dry run says";
    // a server that knows the length may break off before we learn that the last byte is gone
    const mayBeDone = isAllSent || bytes === totalBytes;
    throw mayBeDone && !options.dryRun ? uncertain(error, hint) : error;
  } finally {
    limits.end();
  }
}

type OnServerProgress = RestoreOptions["onServerProgress"];

/** The server's last word: the body of its answer, or the last event of it. */
async function outcomeOf(
  answer: Answer,
  onProgress: OnServerProgress,
): Promise<{ status: number; text: string }> {
  const isEvents = /^text\/event-stream\b/i.test(answer.header("content-type") ?? "");
  if (!isEvents)
    return { status: answer.status, text: await wholeText(answer.bytes(), REPORT_MAX_BYTES) };
  for await (const { event, data } of serverSentEvents(answer.bytes())) {
    if (event === "progress") onProgress?.(JSON.parse(data) as ServerProgress);
    if (event === "report") return { status: 200, text: data };
    if (event === "error")
      return { status: (JSON.parse(data) as { status: number }).status, text: data };
  }
  throw unexpected("no report: whether anything was restored is not known");
}

function query(options: SetRestoreOptions): string {
  const { mode, dryRun, allowAccessChange, allowNoAdmin, salvaged, undo = true } = options;
  const { select = [] } = options;
  const params = new URLSearchParams({
    ...(mode === undefined ? {} : { mode }),
    ...(dryRun ? { dryRun: "true" } : {}),
    ...(allowAccessChange ? { allowAccessChange: "true" } : {}),
    ...(allowNoAdmin ? { allowNoAdmin: "true" } : {}),
    ...(salvaged ? { salvaged: "true" } : {}),
    // one that is too old knows no undo
    ...(undo ? {} : { undo: "false" }),
  });
  for (const item of select) params.append("select", item);
  return params.toString();
}

async function* noticing(
  bytes: AsyncIterable<Uint8Array>,
  { onTouched, onAll }: { onTouched: () => void; onAll: () => void },
) {
  onTouched();
  yield* bytes;
  onAll();
}

function reportIn<Report>(text: string): Report {
  try {
    const answer = JSON.parse(text) as { success?: unknown; report?: unknown };
    const { success, report } = answer;
    if (success === true && typeof report === "object" && report !== null) return report as Report;
  } catch {
    // said below
  }
  throw unexpected("no report: whether anything was restored is not known");
}
