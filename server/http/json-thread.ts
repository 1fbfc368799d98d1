// The thread that large JSON bodies are parsed in: 16 MiB take a tenth of a second, in which nobody else would be answered.
// A log's fields go on as the bytes that its record will hold: texts would be copied for the main thread, and written
// there once more.

import { parentPort } from "node:worker_threads";
import { nativeMemoryKeeper } from "../platform/native-memory.js";
import { markLoaded } from "../platform/threads/ending.js";
import { writeFields } from "../records/logs/written-fields.js";
import type { BatchText } from "./batch-text.js";
import { extent, type JsonText, parseJsonText } from "./json-text.js";
import { type LogBodyForm, parseLogBody } from "./log-body-text.js";

export interface JsonRequest {
  id: number;
  bytes: Uint8Array<ArrayBuffer>;
  /** Of a body of many logs. */
  batch?: LogBodyForm | undefined;
  /** The member that is a log's fields, if one is. */
  fieldsIn?: string | undefined;
}

export interface JsonAnswer {
  id: number;
  /** Undefined if it is too deep to be told. */
  text: JsonText | undefined;
  /** The value of that member in another form; absent if it was small, or of a wrong type. */
  fields: { json: Uint8Array<ArrayBuffer>; names: string[] } | undefined;
  /** Of a body of many logs. */
  batch?: BatchText;
  /** They come back. */
  bytes: Uint8Array<ArrayBuffer>;
}

/** On its way between threads, the stack may have no room for a value that is nested deeper. */
const TOLD_DEPTH = 500;
/** Fields whose JSON is shorter are told as they are. */
const WRITTEN_BYTES = 64 * 1024;

markLoaded();
const bodyPassed = nativeMemoryKeeper();
const port = parentPort;
port?.on("message", (request: JsonRequest) => {
  const answer = answerTo(request);
  const { bytes, fields, batch } = answer;
  const size = bytes.byteLength;
  const moved = [bytes.buffer];
  if (fields) moved.push(fields.json.buffer);
  if (batch && "batch" in batch) moved.push(batch.batch.json.buffer);
  port.postMessage(answer, moved);
  bodyPassed(size);
});

function answerTo({ id, bytes, fieldsIn, batch }: JsonRequest): JsonAnswer {
  if (batch)
    return { id, text: undefined, fields: undefined, batch: parseLogBody(bytes, batch), bytes };
  const untold = { id, text: undefined, fields: undefined, bytes };
  const { values, depth } = extent(bytes);
  if (depth > TOLD_DEPTH) return untold;
  const text = parseJsonText(bytes, values);
  const fields = "value" in text ? takeFields(text.value, fieldsIn) : undefined;
  return { id, text, fields, bytes };
}

function takeFields(body: unknown, name: string | undefined): JsonAnswer["fields"] {
  if (name === undefined || !isObject(body) || !Object.hasOwn(body, name)) return undefined;
  const given = body[name];
  if (!isObject(given) || !Object.values(given).every((value) => typeof value === "string"))
    return undefined;
  const { json, names } = writeFields(given as Record<string, string>);
  if (json.length < WRITTEN_BYTES) return undefined;
  delete body[name];
  return { json: new TextEncoder().encode(json), names };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
