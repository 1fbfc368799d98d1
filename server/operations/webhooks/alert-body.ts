// Writes the body that a webhook gets: a log in FlowG's form, which is also the form of a stored entry.

import { formatTimestamp } from "../../records/logs/entry.js";
import { type Fields, WrittenFields, writeFields } from "../../records/logs/written-fields.js";

/** The largest body of a call, and the most bytes that wait for each webhook. */
export const ALERT_BODY_MAX = 1024 * 1024;

export function alertBody(fields: Fields | WrittenFields, receivedMs: number): Buffer {
  const head = `{"timestamp":"${formatTimestamp(receivedMs)}","fields":`;
  if (fields instanceof WrittenFields)
    return Buffer.concat([Buffer.from(head), fields.json, Buffer.from("}")]);
  return Buffer.from(`${head}${writeFields(fields).json}}`);
}
