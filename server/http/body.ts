// Reads JSON and text bodies.

import type { IncomingMessage, ServerResponse } from "node:http";
import { isArrayText } from "../operations/json/batch-text.js";
import { type JsonProblem, type JsonText, parseJsonText } from "../operations/json/json-text.js";
import { parseLogsThere, parseThere } from "../operations/json/large-json.js";
import { type LogBodyForm, parseLogBody } from "../operations/json/log-body-text.js";
import { FlowgError } from "../platform/errors.js";
import { LogBatch } from "../records/logs/log-batch.js";
import { unpackBatch } from "../records/logs/packed-batch.js";
import { WrittenFields } from "../records/logs/written-fields.js";
import { acceptBody } from "./error-answer.js";
import { receiveInflated } from "./inflated-body.js";
import { BODY_HINT, bodyTooLarge, isPlain, receivePlain } from "./plain-body.js";

/** Largest JSON body, bytes, where a procedure sets no smaller one. */
const JSON_BODY_BYTES = 16 * 1024 * 1024;
/** The main thread parses bodies up to this size itself, in about a millisecond. */
const PARSED_HERE_BYTES = 128 * 1024;
/** The largest body of many logs that the main thread parses. It is smaller, since each log is also written once more. */
const LOGS_PARSED_HERE_BYTES = 32 * 1024;

const CHARSET = /;\s*charset="?([^\s";]+)/i;
/** `application/json`, any case, any parameters, and types like `application/problem+json`. */
export const JSON_TYPE = /^application\/(?:[\w.!#$&^-]+\+)?json\s*(?:;|$)/i;
/** A JSON text on each line. The type isn't registered, and has several names. */
const LINES_TYPE = /^application\/(?:x-)?(?:ndjson|jsonl|jsonlines)\s*(?:;|$)/i;

/** What a procedure declares about its JSON body. */
export interface BodyTraits {
  /** How large it may be. */
  bodyBytes?: number;
  /** The member that is a log's fields. */
  fieldsIn?: string;
  /** The member that a body of many logs may replace. */
  batchIn?: string;
}

/**
 * @returns the object that the body holds; an empty one if there is no body
 * @throws INPUT_INVALID, INPUT_TOO_LARGE, MEDIA_TYPE_UNSUPPORTED, CANCELLED
 */
export async function readJsonBody(
  request: IncomingMessage,
  response: ServerResponse,
  { bodyBytes: maxBytes = JSON_BODY_BYTES, fieldsIn, batchIn }: BodyTraits = {},
): Promise<Record<string, unknown>> {
  // not `request.complete`, which is also true for a small body that nobody has read yet
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  const type = request.headers["content-type"];
  const isLines = batchIn !== undefined && LINES_TYPE.test(type ?? "");
  const none = isLines ? { [batchIn]: new LogBatch([], []) } : {};
  if (encoding === undefined && Number(length ?? 0) === 0) return none;
  if (type !== undefined && !isLines && !JSON_TYPE.test(type)) {
    const lines = batchIn === undefined ? "" : ", or `application/x-ndjson` for a log on each line";
    throw new FlowgError("MEDIA_TYPE_UNSUPPORTED", "the body is not declared as JSON", {
      hint: `send the header \`Content-Type: application/json\`${lines}`,
    });
  }
  const charset = CHARSET.exec(type ?? "")?.[1] ?? "utf-8";
  if (charset.toLowerCase() !== "utf-8") {
    throw new FlowgError("MEDIA_TYPE_UNSUPPORTED", "the body is not in UTF-8", { hint: BODY_HINT });
  }
  const bytes = await receiveBody(request, response, { maxBytes, inflate: batchIn !== undefined });
  if (bytes.byteLength === 0) return none;
  if (batchIn !== undefined && (isLines || isArrayText(bytes)))
    return { [batchIn]: await readBatch(bytes, isLines ? "ndjson" : "array") };
  const body = await parse(bytes, fieldsIn);
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new FlowgError("INPUT_INVALID", "the body must be a JSON object");
  return body as Record<string, unknown>;
}

/**
 * Reads the text of a body, which may be compressed.
 * @throws INPUT_TOO_LARGE, MEDIA_TYPE_UNSUPPORTED, CANCELLED
 */
export async function readTextBody(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<string> {
  const type = request.headers["content-type"];
  const charset = CHARSET.exec(type ?? "")?.[1] ?? "utf-8";
  if (!/^text\/plain\s*(?:;|$)/i.test(type ?? "text/plain") || charset.toLowerCase() !== "utf-8") {
    throw new FlowgError("MEDIA_TYPE_UNSUPPORTED", "the body is not declared as plain text", {
      hint: "send the header `Content-Type: text/plain`, and UTF-8",
    });
  }
  return (await receiveBody(request, response, { inflate: true })).toString();
}

async function parse(bytes: Buffer, fieldsIn: string | undefined): Promise<unknown> {
  const text =
    bytes.byteLength <= PARSED_HERE_BYTES
      ? parseJsonText(bytes)
      : // its memory can be moved to a thread, since nothing else uses it
        await parseLarge(bytes as Buffer<ArrayBuffer>, fieldsIn);
  if ("value" in text) return text.value;
  throw failed(text);
}

/**
 * Reads many logs from a body.
 * @throws INPUT_INVALID, INPUT_TOO_LARGE
 */
export async function readBatch(bytes: Buffer, form: LogBodyForm): Promise<LogBatch> {
  const text =
    bytes.byteLength <= LOGS_PARSED_HERE_BYTES
      ? parseLogBody(bytes, form)
      : await parseLogsThere(bytes as Buffer<ArrayBuffer>, form);
  if ("batch" in text) return unpackBatch(text.batch);
  throw failed(text);
}

function failed({ problem, message }: JsonProblem): FlowgError {
  if (problem === "too-many-values")
    return new FlowgError("INPUT_TOO_LARGE", message, { hint: "send less at a time" });
  const what = problem === "not-otlp" ? "logs of OpenTelemetry (OTLP)" : "valid JSON";
  return new FlowgError("INPUT_INVALID", `the body is not ${what}: ${message}`);
}

async function parseLarge(
  moved: Buffer<ArrayBuffer>,
  fieldsIn: string | undefined,
): Promise<JsonText> {
  const { text, fields, bytes } = await parseThere(moved, fieldsIn);
  if (text === undefined) return parseJsonText(bytes);
  if (fields && fieldsIn !== undefined && "value" in text)
    (text.value as Record<string, unknown>)[fieldsIn] = new WrittenFields(
      fields.json,
      fields.names,
    );
  return text;
}

/**
 * Receives a body.
 * @throws INPUT_INVALID, INPUT_TOO_LARGE, MEDIA_TYPE_UNSUPPORTED, CANCELLED
 */
export async function receiveBody(
  request: IncomingMessage,
  response: ServerResponse,
  { maxBytes = JSON_BODY_BYTES, inflate }: { maxBytes?: number; inflate: boolean },
): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw bodyTooLarge(maxBytes);
  acceptBody(request, response);
  return inflate && !isPlain(request)
    ? await receiveInflated(request, response, maxBytes)
    : await receivePlain(request, maxBytes);
}
