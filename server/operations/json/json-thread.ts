// The thread that parses and writes large JSON. 16 MiB take most of a second, and the main thread would answer no request
// meanwhile. A log's fields are handed over as the bytes that its record will hold. As strings they would be copied for the
// main thread, and written once more there.

import { parentPort } from "node:worker_threads";
import { isObject } from "../../platform/json-object.js";
import { nativeMemoryKeeper } from "../../platform/native-memory.js";
import { markLoaded } from "../../platform/threads/ending.js";
import { readFlow } from "../../records/config/flow.js";
import { readWebhook } from "../../records/config/webhook.js";
import { writeFields } from "../../records/logs/written-fields.js";
import { decodeValue } from "../../records/records.js";
import { mendJson } from "../../records/well-formed-json.js";
import type { BatchText } from "./batch-text.js";
import { extent, type JsonText, parseJsonText } from "./json-text.js";
import { type LogBodyForm, parseLogBody } from "./log-body-text.js";

/** What the stored bytes are: any JSON, a text, or a flow or webhook, whose unknown members are left out. */
export type StoredAs = "json" | "text" | "flow" | "webhook";

export interface JsonRequest {
  id: number;
  bytes: Uint8Array<ArrayBuffer>;
  wish: Wish;
}

export type Wish =
  /** `fieldsIn` names the member that is a log's fields, if one is. */
  { parse: { fieldsIn?: string } } | { batch: LogBodyForm } | { write: StoredAs };

export type JsonAnswer = ParsedJson | ParsedBatch | WrittenJson;

export interface ParsedJson {
  id: number;
  /** The parsed text; undefined if it is too deep to be handed over. */
  text: JsonText | undefined;
  /** The value of the named member as written JSON; undefined if it is small, or of a wrong type. */
  fields: { json: Uint8Array<ArrayBuffer>; names: string[] } | undefined;
  /** The bytes of the request, handed back to the caller. */
  bytes: Uint8Array<ArrayBuffer>;
}

export interface ParsedBatch {
  id: number;
  batch: BatchText;
}

export interface WrittenJson {
  id: number;
  /** The JSON; undefined if the stored bytes aren't JSON. */
  json: Uint8Array<ArrayBuffer> | undefined;
}

/** Deeper values aren't handed over: the stack may have no room for copying them between threads. */
const TOLD_DEPTH = 500;
/** Fields whose JSON is shorter are handed over as they are. */
const WRITTEN_BYTES = 64 * 1024;

const READ: Record<StoredAs, ((value: Uint8Array) => unknown) | undefined> = {
  json: undefined,
  text: (value) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(value),
  flow: (value) => readFlow(decodeValue(value)),
  webhook: (value) => readWebhook(decodeValue(value)),
};

markLoaded();
const bodyPassed = nativeMemoryKeeper();
const port = parentPort;
port?.on("message", ({ id, bytes, wish }: JsonRequest) => {
  const size = bytes.byteLength;
  if ("parse" in wish) {
    const answer = parsed(bytes, wish.parse.fieldsIn);
    const { fields } = answer;
    port.postMessage({ id, ...answer }, [bytes.buffer, ...(fields ? [fields.json.buffer] : [])]);
  } else if ("batch" in wish) {
    const batch = parseLogBody(bytes, wish.batch);
    port.postMessage({ id, batch }, "batch" in batch ? [batch.batch.json.buffer] : []);
  } else {
    const json = written(bytes, wish.write);
    port.postMessage({ id, json }, json ? [json.buffer] : []);
  }
  bodyPassed(size);
});

function parsed(bytes: Uint8Array<ArrayBuffer>, fieldsIn?: string): Omit<ParsedJson, "id"> {
  const untold = { text: undefined, fields: undefined, bytes };
  const { values, depth } = extent(bytes);
  if (depth > TOLD_DEPTH) return untold;
  const text = parseJsonText(bytes, values);
  const fields = "value" in text ? takeFields(text.value, fieldsIn) : undefined;
  return { text, fields, bytes };
}

function written(bytes: Uint8Array, as: StoredAs): Uint8Array<ArrayBuffer> | undefined {
  const read = READ[as];
  try {
    const json = read ? JSON.stringify(read(bytes)) : new TextDecoder().decode(bytes);
    return new TextEncoder().encode(mendJson(json));
  } catch {
    return undefined;
  }
}

function takeFields(body: unknown, name: string | undefined): ParsedJson["fields"] {
  if (name === undefined || !isObject(body) || !Object.hasOwn(body, name)) return undefined;
  const given = body[name];
  if (!isObject(given) || !Object.values(given).every((value) => typeof value === "string"))
    return undefined;
  const { json, names } = writeFields(given as Record<string, string>);
  if (json.length < WRITTEN_BYTES) return undefined;
  delete body[name];
  return { json: new TextEncoder().encode(json), names };
}
