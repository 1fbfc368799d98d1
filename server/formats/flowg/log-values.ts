// Reads the values of FlowG's log database: those of entries, and the settings of streams.

import { isUtf8 } from "node:buffer";
import { isObject } from "../../platform/json-object.js";
import { type EntryRecord, encodeValue, type StreamRecord } from "../../records/records.js";
import { mendJson, parseWellFormed } from "../../records/well-formed-json.js";

/** An entry's value as FlowG wrote it, or written anew where that is needed; undefined if it isn't an entry's. */
export function parseEntry(
  value: Buffer,
): { value: Buffer; fields: string[]; repaired: boolean } | undefined {
  const text = value.toString();
  const mended = mendJson(text);
  let entry: unknown;
  try {
    entry = JSON.parse(mended);
  } catch {
    return undefined;
  }
  if (!isObject(entry) || typeof entry.timestamp !== "string") return undefined;
  // bytes that aren't UTF-8 are read as U+FFFD
  const repaired = mended !== text || (text.includes("\ufffd") && !isUtf8(value));
  const { timestamp } = entry;
  const fields = entry.fields ?? {};
  if (!isObject(fields)) return undefined;
  const names = Object.keys(fields);
  for (const name of names) if (typeof fields[name] !== "string") return undefined;
  const asItIs = !repaired && entry.fields != null;
  const anew = (): Buffer => encodeValue({ timestamp, fields } as EntryRecord);
  return { value: asItIs ? value : anew(), fields: names, repaired };
}

/** A stream's settings; undefined if the value isn't one. */
export function parseSettings(value: Buffer): StreamRecord | undefined {
  let settings: unknown;
  try {
    settings = parseWellFormed(value.toString());
  } catch {
    return undefined;
  }
  if (!isObject(settings)) return undefined;
  const { ttl, size, indexed_fields: fields } = settings;
  const names = fields ?? [];
  if (!Array.isArray(names) || !names.every((name) => typeof name === "string")) return undefined;
  const [seconds, mebibytes] = [whole(ttl), whole(size)];
  if (seconds === undefined || mebibytes === undefined) return undefined;
  return { ttl: seconds, size: mebibytes, indexed_fields: [...new Set(names)].sort() };
}

/** Go's int64, as exact as a number can be here. */
function whole(value: unknown): number | undefined {
  if (value === undefined || value === null) return 0;
  if (typeof value !== "number" || !Number.isInteger(value)) return undefined;
  const most = Number.MAX_SAFE_INTEGER;
  return Math.max(-most, Math.min(most, value));
}
