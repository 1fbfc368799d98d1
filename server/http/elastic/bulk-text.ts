// Parses the body of `_bulk`: a line with an action comes before each line with a document.

import { setImmediate } from "node:timers/promises";
import { extent, JSON_VALUES } from "../../operations/json/json-text.js";
import { flatten } from "../../operations/transform/flatten.js";
import { FlowgError } from "../../platform/errors.js";
import type { Fields } from "../../records/logs/written-fields.js";

/** The largest document: this thread parses it. */
const DOCUMENT_BYTES = 4 * 1024 * 1024;
const DEEPEST = 100;
/** The bytes that are parsed before other requests get a turn. */
const TURN_BYTES = 128 * 1024;
export const MOST_ITEMS = 10_000;

export interface BulkItem {
  action: "index" | "create" | "update" | "delete";
  /** The index that the action names, if it names one. */
  index: string | undefined;
  id: string | undefined;
  /** The document, or what is wrong with it. */
  document: Fields | FlowgError;
}

/**
 * Reads the body.
 * @throws INPUT_INVALID if a line that must be an action isn't one, INPUT_TOO_LARGE
 */
export async function parseBulk(body: Buffer): Promise<BulkItem[]> {
  const items: BulkItem[] = [];
  let bytes = 0;
  let waiting: Omit<BulkItem, "document"> | undefined;
  for (const { line, text } of linesOf(body)) {
    if (text.byteLength === 0 && waiting === undefined) continue;
    bytes += text.byteLength;
    if (bytes > TURN_BYTES) {
      bytes = 0;
      await setImmediate();
    }
    if (waiting === undefined) {
      waiting = actionOf(text, line);
      if (items.length >= MOST_ITEMS) {
        throw new FlowgError("INPUT_TOO_LARGE", `the body has more than ${MOST_ITEMS} actions`, {
          hint: "send fewer at a time",
        });
      }
      if (waiting.action !== "delete") continue;
    }
    const document = waiting.action === "delete" ? {} : documentOr(text);
    items.push({ ...waiting, document });
    waiting = undefined;
  }
  if (waiting !== undefined)
    throw new FlowgError("INPUT_INVALID", "the body ends after an action, without its document");
  return items;
}

/**
 * Reads a document. The names of nested values are joined by dots; numbers stay as they were written.
 * @throws INPUT_INVALID, INPUT_TOO_LARGE
 */
export function parseDocument(text: Buffer): Fields {
  if (text.byteLength > DOCUMENT_BYTES)
    throw new FlowgError("INPUT_TOO_LARGE", `the document is larger than ${DOCUMENT_BYTES} bytes`);
  const { values, depth } = extent(text);
  const tooMuch =
    values > JSON_VALUES ? `holds more than ${JSON_VALUES} values` : `nests deeper than ${DEEPEST}`;
  if (values > JSON_VALUES || depth > DEEPEST)
    throw new FlowgError("INPUT_INVALID", `the document ${tooMuch}`);
  const value = parsed(text.toString());
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new FlowgError("INPUT_INVALID", "the document is not a JSON object");
  return flatten(value, "the document");
}

function documentOr(text: Buffer): Fields | FlowgError {
  try {
    return parseDocument(text);
  } catch (error) {
    if (error instanceof FlowgError) return error;
    throw error;
  }
}

function* linesOf(body: Buffer): Generator<{ line: number; text: Buffer }> {
  let line = 0;
  for (let start = 0; start < body.length; ) {
    line++;
    const found = body.indexOf(10, start);
    const end = found < 0 ? body.length : found;
    yield { line, text: body.subarray(start, end > start && body[end - 1] === 13 ? end - 1 : end) };
    start = end + 1;
  }
}

const ACTIONS: ReadonlySet<string> = new Set(["index", "create", "update", "delete"]);

function actionOf(text: Buffer, line: number): Omit<BulkItem, "document"> {
  let value: unknown;
  try {
    value = text.byteLength > DOCUMENT_BYTES ? undefined : JSON.parse(text.toString());
  } catch {
    // the error below says so
  }
  // some clients add members of their own (winston-elasticsearch: how often it has tried), and Elasticsearch ignores them
  const [pair, ...others] = Object.entries(value ?? {}).filter(([name]) => ACTIONS.has(name));
  const [action, named] = pair ?? [];
  if (action === undefined || others.length > 0) {
    throw new FlowgError("INPUT_INVALID", `line ${line} is not an action: {"create":{}}`, {
      hint: "each document has its action on the line before it",
    });
  }
  const { _index: index, _id: id } = (named ?? {}) as Record<string, unknown>;
  const textOr = (given: unknown) => (typeof given === "string" ? given : undefined);
  return { action: action as BulkItem["action"], index: textOr(index), id: textOr(id) };
}

const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Parses JSON with numbers as texts, since JavaScript's numbers lose digits of long ones. */
function parsed(text: string): unknown {
  try {
    // checked first: in invalid JSON a quote may lack its partner, and the expression would search for it again and again
    JSON.parse(text);
    return JSON.parse(
      text.replace(STRING_OR_NUMBER, (found) => (found.startsWith('"') ? found : `"${found}"`)),
    );
  } catch (cause) {
    throw new FlowgError("INPUT_INVALID", "the document is not valid JSON", { cause });
  }
}
