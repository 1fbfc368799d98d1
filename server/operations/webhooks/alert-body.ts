// The body that a webhook gets: a log, as FlowG writes it, and as its entry is stored.

import { formatTimestamp } from "../../records/logs/entry.js";
import { type Fields, WrittenFields, writeFields } from "../../records/logs/written-fields.js";

export function alertBody(fields: Fields | WrittenFields, receivedMs: number): Buffer {
  const head = `{"timestamp":"${formatTimestamp(receivedMs)}","fields":`;
  if (fields instanceof WrittenFields)
    return Buffer.concat([Buffer.from(head), fields.json, Buffer.from("}")]);
  return Buffer.from(`${head}${writeFields(fields).json}}`);
}
