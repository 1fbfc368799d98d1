// Sends many logs, some hundreds in each request. Logs that come slowly don't wait until a request is full.

import { demandObject } from "../arguments.js";
import { type Caller, type CallOptions, inPath, take } from "../call.js";
import { FlowgApiError, InputError } from "../errors.js";

/** A log that the server refused. @example `const line = refused.index + 1` */
export interface RefusedLog {
  /** The log's place among those that were sent, counted from 0. */
  index: number;
  /** The log as it was sent. */
  record: Record<string, string>;
  /** A stable code, for programs to act on. */
  code: string;
  /** Says in words what is wrong with the log. */
  message: string;
  /** The number of the pipeline's branches that have stored the log all the same. */
  stored: number;
}

/**
 * Options for sending many logs.
 * @example `const options: IngestManyOptions = { onRefused: ({ index, message }) => show(index, message) }`
 */
export interface IngestManyOptions extends CallOptions {
  /** Called with each log that is refused; the others go on. Without it, the first request with a refused log throws. */
  onRefused?: ((refused: RefusedLog) => void) | undefined;
  /** Called with the number of further logs that are on the server's disk. */
  onStored?: ((logs: number) => void) | undefined;
}

/** What became of many logs. @example `const { stored, refused } = await client.logs.ingestMany("default", records)` */
export interface IngestedMany {
  /** The number of logs that are on the server's disk. */
  stored: number;
  /** The number of logs that were given to `onRefused`. */
  refused: number;
}

type LogRecord = Record<string, string>;
type Records = Iterable<LogRecord> | AsyncIterable<LogRecord>;

const BATCH_LOGS = 1_000;
const BATCH_BYTES = 4 * 1024 * 1024;
/** A log waits this long for others, milliseconds. */
const WAIT_MS = 100;
const PATH = "/api/v1/pipelines/{pipeline}/logs";

interface Batch {
  records: LogRecord[];
  lines: string[];
  bytes: number;
  /** The place of its first log. */
  first: number;
}

export async function ingestMany(
  caller: Caller,
  { pipeline, records }: { pipeline: string; records: Records },
  options: IngestManyOptions = {},
): Promise<IngestedMany> {
  const params = { path: { pipeline: inPath("pipeline", pipeline) } };
  const total: IngestedMany = { stored: 0, refused: 0 };
  for await (const batch of batchesOf(records)) {
    const body = `${batch.lines.join("\n")}\n`;
    const call = caller.api.POST(PATH, {
      params,
      // the type in the schema is that of one log
      body: { record: {} },
      bodySerializer: () => body,
      headers: { "Content-Type": "application/x-ndjson" },
      ...caller.with(options),
    });
    const { refused, stored, error } = await take(call).then(
      () => ({ refused: [], stored: batch.lines.length, error: undefined }),
      (thrown: unknown) => outcomeOf(thrown, batch),
    );
    total.stored += stored;
    total.refused += refused.length;
    if (stored > 0) options.onStored?.(stored);
    if (options.onRefused) for (const log of refused) options.onRefused(log);
    const isTold = options.onRefused !== undefined && refused.length > 0;
    if (error !== undefined && !(isTold && error.isOnlyRefusal)) throw error.thrown;
  }
  return total;
}

interface Outcome {
  refused: RefusedLog[];
  stored: number;
  error: { thrown: unknown; isOnlyRefusal: boolean } | undefined;
}

/**
 * What the answer says of a batch: which logs were refused and, where the server had to stop, from which log on nothing is
 * stored.
 */
function outcomeOf(thrown: unknown, { records, first }: Batch): Outcome {
  const { details = {} } = thrown instanceof FlowgApiError ? thrown : {};
  const { refusedIndexes, logs, stored, next } = details as AnswerDetails;
  const error = { thrown, isOnlyRefusal: refusedIndexes !== undefined && next === undefined };
  if (refusedIndexes === undefined) return { refused: [], stored: 0, error };
  const told = new Map((logs ?? []).map((log) => [log.index, log]));
  const refused = refusedIndexes.map((index) => {
    const { code, message, stored: branches = 0 } = told.get(index) ?? NOT_TOLD;
    return { index: first + index, record: records[index] ?? {}, code, message, stored: branches };
  });
  return { refused, stored: stored ?? 0, error };
}

interface AnswerDetails {
  refusedIndexes?: number[];
  logs?: { index: number; code: string; message: string; stored?: number }[];
  stored?: number;
  next?: number;
}

/** The server says only of the first hundred refused logs what is wrong. */
const NOT_TOLD = { code: "INPUT_INVALID", message: "is refused like those before it", stored: 0 };

async function* batchesOf(records: Records): AsyncGenerator<Batch, void, undefined> {
  const iterator = iteratorOf(records);
  let batch: Batch = { records: [], lines: [], bytes: 0, first: 0 };
  const take = () => {
    const full = batch;
    batch = { records: [], lines: [], bytes: 0, first: full.first + full.lines.length };
    return full;
  };
  let isAtEnd = false;
  try {
    for (;;) {
      const coming = Promise.resolve().then(() => iterator.next());
      // a failure of the source comes after the logs that it gave before
      const settled = coming.then(
        () => true,
        () => true,
      );
      if (batch.lines.length > 0 && !(await inTime(settled))) yield take();
      let result: IteratorResult<LogRecord>;
      try {
        result = await coming;
      } catch (error) {
        isAtEnd = true;
        if (batch.lines.length > 0) yield take();
        throw error;
      }
      if (result.done) break;
      const line = JSON.stringify(demandObject("record", result.value));
      if (batch.lines.length > 0 && batch.bytes + line.length > BATCH_BYTES) yield take();
      batch.records.push(result.value);
      batch.lines.push(line);
      batch.bytes += line.length;
      if (batch.lines.length >= BATCH_LOGS) yield take();
    }
    isAtEnd = true;
    if (batch.lines.length > 0) yield take();
  } finally {
    // when the caller stops in between, the source is closed, too
    if (!isAtEnd) await iterator.return?.();
  }
}

function iteratorOf(records: Records): Iterator<LogRecord> | AsyncIterator<LogRecord> {
  const source = Object(records) as Partial<AsyncIterable<LogRecord> & Iterable<LogRecord>>;
  const iterator = source[Symbol.asyncIterator]?.() ?? source[Symbol.iterator]?.();
  if (iterator !== undefined && typeof records !== "string") return iterator;
  throw new InputError("the records must be an iterable of logs: an array, or a generator");
}

/** Whether the next log comes before the others have waited long enough. */
function inTime(coming: Promise<boolean>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), WAIT_MS);
  });
  return Promise.race([coming, late]).finally(() => clearTimeout(timer));
}
