// A log as an OTLP collector takes it over HTTP (opentelemetry-proto, ExportLogsServiceRequest), and what it answers: 200 also
// where it refuses the log, with a partial success (OTLP specification, "Partial Success").

import { fixed64Field, messageField, textField } from "../protobuf-writer.js";
import type { ForwardedLog } from "./messages.js";

/** The log's field `body` is the record's body, and the others are its attributes, as FlowG has it. */
export function otlpExport({ fields, receivedMs }: ForwardedLog): Buffer {
  const time = BigInt(receivedMs) * 1_000_000n;
  const { body = "", ...others } = fields;
  const attributes = Object.entries(others).map(([name, value]) =>
    messageField(6, textField(1, name), messageField(2, textField(1, value))),
  );
  const record = messageField(
    2,
    fixed64Field(1, time),
    messageField(5, textField(1, body)),
    ...attributes,
    fixed64Field(11, time),
  );
  return messageField(1, messageField(2, record));
}

/** Whether the collector's answer says that it refused the log. */
export function isRefusedByCollector(answer: Buffer): boolean {
  if (answer[0] === BRACE) return /"rejectedLogRecords"\s*:\s*"?[1-9]/.test(answer.toString());
  // partial_success is field 1, and its first field the number of refused logs
  let at = 1;
  if (answer[0] !== PARTIAL_SUCCESS) return false;
  while (((answer[at] ?? 0) & 0x80) !== 0) at++;
  return answer[at + 1] === REJECTED && answer[at + 2] !== 0;
}

const BRACE = 0x7b;
const PARTIAL_SUCCESS = (1 << 3) | 2;
const REJECTED = 1 << 3;
