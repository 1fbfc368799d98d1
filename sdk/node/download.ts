// Downloads a backup. The request is tried again as long as nothing has come, and the bytes are checked as they pass.

import type { Caller } from "../call.js";
import { authorized } from "../credentials.js";
import { errorFromAnswer, unexpected } from "../error-answer.js";
import { Limits } from "../limits.js";
import { isPassing, isUnsent } from "../network-fault.js";
import type { BackupOptions, BackupStream } from "../resources/backup.js";
import { isPostponed, retrying } from "../retry.js";
import { watchCall } from "../seen-response.js";
import type { Database } from "../types.js";
import { SnapshotCheck } from "./snapshot-check.js";
import { transferWaits } from "./transfer-waits.js";
import { type Answer, exchange } from "./transport.js";
import { webStream } from "./web-stream.js";
import { wholeText } from "./whole-text.js";

/** The most bytes of an error's body that are read. */
const ERROR_MAX_BYTES = 1024 * 1024;

export interface Download {
  answer: Answer;
  /** The body, to its end. */
  bytes: AsyncGenerator<Uint8Array, void, undefined>;
}

/** @param path after `/api/v1` */
export async function download(
  caller: Caller,
  path: string,
  { accept, ...options }: BackupOptions & { accept: RegExp },
): Promise<Download> {
  const query = options.skipDamaged ? "?skipDamaged=true" : "";
  const { authorization, settings } = caller;
  const { signal } = options;
  const waits = transferWaits(settings, options);
  const attempt = () =>
    authorized(authorization, (header) =>
      begin(caller, { path: `${path}${query}`, accept, header, signal, waits }),
    );
  const mayRepeat = (error: unknown) => isPostponed(error) || isUnsent(error) || isPassing(error);
  const { retries } = settings;
  return await retrying(attempt, { retries, signal, mayRepeat });
}

interface Begin {
  path: string;
  accept: RegExp;
  header: string | undefined;
  signal: AbortSignal | undefined;
  waits: ReturnType<typeof transferWaits>;
}

/** Begins the download. What fails before the first byte can be tried again. */
async function begin(
  { settings }: Caller,
  { path, accept, header, signal, waits }: Begin,
): Promise<Download> {
  const limits = new Limits(signal);
  const call = { method: "GET", url: `${settings.baseUrl}/api/v1${path}` };
  const seen = watchCall(settings.onResponse, call);
  try {
    const answer = await exchange({
      ...call,
      headers: header === undefined ? {} : { Authorization: header },
      tls: settings.tls,
      limits,
      ...waits,
    });
    if (answer.status !== 200) {
      const text = await wholeText(answer.bytes(), ERROR_MAX_BYTES);
      seen(answer.status, answer.headers, text);
      throw errorFromAnswer(answer, text);
    }
    seen(answer.status, answer.headers);
    const type = answer.header("content-type") ?? "nothing";
    if (!accept.test(type)) {
      answer.close();
      throw unexpected(`${type}, not a backup`);
    }
    const bytes = answer.bytes();
    const first = await bytes.next();
    return { answer, bytes: rest(first, bytes, limits) };
  } catch (error) {
    limits.end();
    throw error;
  }
}

async function* rest(
  first: IteratorResult<Uint8Array, void>,
  bytes: AsyncGenerator<Uint8Array, void, undefined>,
  limits: Limits,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    if (first.done) return;
    yield first.value;
    yield* bytes;
  } finally {
    await bytes.return();
    limits.end();
  }
}

const SNAPSHOT_TYPE = /^application\/octet-stream\b/i;

/** Downloads a snapshot. Every byte goes through `check`, and the stream fails at its end if the snapshot isn't whole. */
export async function downloadSnapshot(
  caller: Caller,
  database: Database,
  options: BackupOptions,
): Promise<Download & { check: SnapshotCheck }> {
  const { answer, bytes } = await download(caller, `/backup/${database}`, {
    ...options,
    accept: SNAPSHOT_TYPE,
  });
  const check = new SnapshotCheck(database);
  const { onProgress } = options;
  return {
    answer,
    check,
    bytes: checked(bytes, check, () => {
      onProgress?.({ database, bytes: check.bytes, records: check.entries });
    }),
  };
}

/** Passes bytes on, and fails at their end if they aren't a whole snapshot. */
export async function* checked(
  bytes: AsyncIterable<Uint8Array>,
  check: SnapshotCheck,
  onChunk: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of bytes) {
    check.push(chunk);
    onChunk();
    yield chunk;
  }
  check.finish();
}

export async function openBackup(
  caller: Caller,
  database: Database,
  options: BackupOptions,
): Promise<BackupStream> {
  const { answer, bytes } = await downloadSnapshot(caller, database, options);
  const headers = new Headers();
  for (const name of HEADERS) {
    const value = answer.header(name);
    if (value !== null) headers.set(name, value);
  }
  return {
    stream: webStream(bytes),
    headers,
    filename:
      /filename="?([^";/\\]+)/.exec(headers.get("content-disposition") ?? "")?.[1] ??
      `${database}.db`,
    setId: headers.get("flowg-snapshot-set") ?? undefined,
    createdAt: headers.get("flowg-snapshot-created") ?? undefined,
    notes: notesIn(headers.get("flowg-notes")),
  };
}

/** Reads the server's remarks on its databases. */
export function notesIn(header: string | null): string[] {
  try {
    return textsOf(JSON.parse(header ?? "[]"));
  } catch {
    return [];
  }
}

export const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];

const HEADERS = [
  "content-type",
  "content-length",
  "content-disposition",
  "flowg-notes",
  "flowg-snapshot-set",
  "flowg-snapshot-created",
  "x-request-id",
];
