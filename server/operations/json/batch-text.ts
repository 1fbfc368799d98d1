// Parses a body of many logs: lines of JSON (NDJSON), or the elements of one JSON array. It parses each log by itself, so that
// an error names the place of the log that breaks a rule. Small bodies are parsed on the main thread, larger ones in a thread
// of their own. The result is one piece of memory, which crosses between threads without a copy.

import {
  afterBlanks,
  CLOSING_BRACKET,
  COMMA,
  closes,
  endOfText,
  NEWLINE,
  OPENING_BRACKET,
  opens,
  QUOTE,
} from "../../platform/json-bytes.js";
import { isObject } from "../../platform/json-object.js";
import { notText } from "../../records/logs/field-value.js";
import { BATCH_LOGS, type BatchPlace } from "../../records/logs/log-batch.js";
import { type PackedBatch, Packing } from "../../records/logs/packed-batch.js";
import { extent, JSON_VALUES, type JsonProblem, parseJsonText } from "./json-text.js";

export type BatchForm = "ndjson" | "array";

export type BatchText = { batch: PackedBatch } | JsonProblem;

/** Deeper values are refused before they are parsed. */
const DEEPEST = 100;

interface Piece extends BatchPlace {
  bytes: Uint8Array;
}

export function parseBatch(bytes: Uint8Array, form: BatchForm): BatchText {
  const packing = new Packing();
  const pieces = form === "ndjson" ? linesOf(bytes) : elementsOf(bytes);
  let count = 0;
  for (const piece of pieces) {
    if ("problem" in piece) return piece;
    if (++count > BATCH_LOGS) {
      const message = `the body holds more than ${BATCH_LOGS} logs`;
      return { problem: "too-many-values", message };
    }
    const fields = fieldsIn(piece.bytes);
    if (typeof fields !== "object") packing.refuse(piece, fields);
    else if (!("problem" in fields)) packing.add(piece, fields.fields);
    // an array is JSON as a whole, or not at all
    else if (form === "array")
      return { ...fields, message: `log ${piece.index}: ${fields.message}` };
    else packing.refuse(piece, `is not valid JSON: ${fields.message}`);
  }
  return { batch: packing.packed() };
}

/** Reads a log: its fields, or what is wrong with them, or why it isn't JSON. */
function fieldsIn(bytes: Uint8Array): { fields: Record<string, string> } | JsonProblem | string {
  const { values, depth } = extent(bytes);
  if (values > JSON_VALUES) return `holds more than ${JSON_VALUES} values`;
  if (depth > DEEPEST) return `is nested deeper than ${DEEPEST}`;
  const text = parseJsonText(bytes, values);
  if ("problem" in text) return text;
  const record = recordIn(text.value);
  if (!isObject(record)) return "must be a JSON object whose values are strings";
  for (const name in record) {
    const value = record[name];
    if (typeof value !== "string") return `${JSON.stringify(cut(name))} ${notText(value)}`;
  }
  return { fields: record as Record<string, string> };
}

/** The record of a log: the log itself, or what `{"record": …}` holds, the form in which a single log is sent. */
function recordIn(value: unknown): unknown {
  if (!isObject(value) || !Object.hasOwn(value, "record") || !isObject(value.record)) return value;
  return Object.keys(value).length === 1 ? value.record : value;
}

const cut = (text: string): string =>
  text.length > 100 ? `${text.slice(0, 100).toWellFormed()}…` : text;

/** The lines of a text; empty lines are skipped. */
function* linesOf(bytes: Uint8Array): Generator<Piece> {
  let index = 0;
  for (let start = 0, line = 1; start < bytes.length; line++) {
    const found = bytes.indexOf(NEWLINE, start);
    const end = found < 0 ? bytes.length : found;
    const piece = bytes.subarray(start, end);
    if (!isBlank(piece)) yield { index: index++, line, bytes: piece };
    start = end + 1;
  }
}

/** The elements of an array. Brackets and quotes tell where each ends; a parser tells later whether it is JSON. */
function* elementsOf(bytes: Uint8Array): Generator<Piece | JsonProblem> {
  let at = afterBlanks(bytes, 0) + 1;
  let start = at;
  let index = 0;
  let depth = 0;
  while (at < bytes.length && depth >= 0) {
    const byte = bytes[at];
    at = byte === QUOTE ? endOfText(bytes, at) : at + 1;
    if (opens(byte)) depth++;
    else if (closes(byte)) depth--;
    else if (byte === COMMA && depth === 0) {
      yield { index: index++, bytes: bytes.subarray(start, at - 1) };
      start = at;
    }
  }
  if (depth >= 0 || bytes[at - 1] !== CLOSING_BRACKET || afterBlanks(bytes, at) < bytes.length) {
    yield { problem: "not-json", message: "the array has no end, or something comes after it" };
    return;
  }
  const last = bytes.subarray(start, at - 1);
  if (index > 0 || !isBlank(last)) yield { index, bytes: last };
}

const isBlank = (bytes: Uint8Array): boolean => afterBlanks(bytes, 0) === bytes.length;

/** Whether a JSON text is an array. */
export const isArrayText = (bytes: Uint8Array): boolean =>
  bytes[afterBlanks(bytes, 0)] === OPENING_BRACKET;
