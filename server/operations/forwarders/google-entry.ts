// A log as Google Cloud Logging takes it: google.logging.v2.WriteLogEntriesRequest, in protobuf.

import { randomUUID } from "node:crypto";
import type { ServiceOf } from "../../records/config/service.js";
import { messageField, numberField, textField } from "../protobuf-writer.js";
import type { ForwardedLog } from "./messages.js";

export function googleEntry(
  { project_id, log_id }: ServiceOf<"googlecloudlogging">,
  { fields, receivedMs }: ForwardedLog,
): Buffer {
  const pairs = Object.entries(fields).map(([name, value]) =>
    messageField(1, textField(1, name), messageField(2, textField(3, value))),
  );
  const seconds = Math.floor(receivedMs / 1000);
  const time = [numberField(1, seconds), numberField(2, (receivedMs % 1000) * 1_000_000)];
  const entry = messageField(
    4,
    // of entries with the same id and time, the service keeps one: a call that is made twice comes once
    textField(4, randomUUID()),
    messageField(6, ...pairs),
    messageField(9, ...time),
  );
  const label = messageField(2, textField(1, "project_id"), textField(2, project_id));
  return Buffer.concat([
    textField(1, `projects/${project_id}/logs/${encodeURIComponent(log_id.toWellFormed())}`),
    messageField(2, textField(1, "global"), label),
    entry,
  ]);
}
