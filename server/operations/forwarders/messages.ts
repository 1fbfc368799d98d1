// What a log becomes on its way to its alerts: the bytes that wait to be sent, for each kind of forwarder those of FlowG v0.63.

import { fieldsText } from "../../records/config/dynamic-field.js";
import type { Recipient } from "../../records/config/recipient.js";
import type { Service, ServiceOf } from "../../records/config/service.js";
import { formatTimestamp } from "../../records/logs/entry.js";
import { type Fields, WrittenFields } from "../../records/logs/written-fields.js";
import { ALERT_BODY_MAX, alertBody } from "../webhooks/alert-body.js";
import { googleEntry } from "./google-entry.js";
import { otlpExport } from "./otlp-export.js";
import { syslogLine } from "./syslog-line.js";

/** The messages of one log. Branches that change nothing have the same fields, and alerts on them the same body. */
export class Messages {
  readonly #bodies = new Map<unknown, Buffer>();

  constructor(private readonly receivedMs: number) {}

  of({ service }: Recipient, fields: Fields | WrittenFields): Buffer {
    // a log that no alert takes isn't parsed for one: that takes long
    const isTooLarge = fields instanceof WrittenFields && fields.json.byteLength > ALERT_BODY_MAX;
    if (service && service.type !== "elastic" && !isTooLarge)
      return serviceMessage(service, this.#log(fields));
    const body = this.#bodies.get(fields) ?? alertBody(fields, this.receivedMs);
    this.#bodies.set(fields, body);
    return body;
  }

  #log(fields: Fields | WrittenFields): ForwardedLog {
    const parsed = fields instanceof WrittenFields ? fields.parsed : fields;
    return { fields: parsed, receivedMs: this.receivedMs };
  }
}

export interface ForwardedLog {
  fields: Fields;
  receivedMs: number;
}

/** Elastic gets what webhooks get. */
type OwnMessage = Exclude<Service, ServiceOf<"elastic">>;

function serviceMessage(service: OwnMessage, log: ForwardedLog): Buffer {
  const { fields, receivedMs } = log;
  const timestamp = formatTimestamp(receivedMs);
  switch (service.type) {
    case "http":
      return json({ timestamp, body: service.body(fields) });
    case "splunk": {
      const [source, host] = [service.source(fields), service.host(fields)];
      return json({ event: fields, sourcetype: "json", source, host, time: receivedMs / 1000 });
    }
    case "datadog": {
      const { ddsource, ddtags, hostname, message, service: name } = service;
      const all = { ddsource, ddtags, hostname, message, service: name };
      const texts = Object.entries(all).map(([key, field]) => [key, field(fields)]);
      return json({ timestamp, ...Object.fromEntries(texts) });
    }
    case "awscloudwatch":
      return json({
        logGroupName: service.group,
        logStreamName: service.stream,
        logEvents: [{ message: fieldsText(fields), timestamp: receivedMs }],
      });
    case "azuremonitor":
      return json([fields]);
    case "otlp":
      return otlpExport(log);
    case "googlecloudlogging":
      return googleEntry(service, log);
    case "syslog":
      return syslogLine(service, log);
  }
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
