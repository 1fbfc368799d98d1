// A log as a line of syslog, as Go's log/syslog sends it and FlowG therefore does: `<14>2026-01-02T03:04:05Z host tag[1]: message`
// and a line feed, RFC 3164 with a timestamp of RFC 3339.

import { hostname } from "node:os";
import type { ServiceOf } from "../../records/config/service.js";
import { formatTimestamp } from "../../records/logs/entry.js";
import type { ForwardedLog } from "./messages.js";

const SEVERITIES = "emerg alert crit err warning notice info debug".split(" ");
const INFO = 6;
/** By their numbers; those between have none of FlowG's names. */
const FACILITIES = [
  ..."kern user mail daemon auth syslog lpr news uucp cron authpriv ftp - - - -".split(" "),
  ..."local0 local1 local2 local3 local4 local5 local6 local7".split(" "),
];
const USER = 1;

export function syslogLine(service: ServiceOf<"syslog">, log: ForwardedLog): Buffer {
  const { fields, receivedMs } = log;
  const severity = numberOf(SEVERITIES, service.severity(fields), INFO);
  const facility = numberOf(FACILITIES, service.facility(fields), USER);
  const tag = onOneLine(service.tag(fields)).replace(/ /g, "_") || "flowg";
  const message = onOneLine(service.message(fields));
  const time = formatTimestamp(receivedMs);
  const head = `<${facility * 8 + severity}>${time} ${hostname()} ${tag}[${process.pid}]: `;
  return Buffer.from(`${head}${message}\n`);
}

function numberOf(names: readonly string[], name: string, other: number): number {
  const found = name === "-" ? -1 : names.indexOf(name);
  return found < 0 ? other : found;
}

/** A line end in a log would begin another message, with whatever the log's sender wrote there. */
const onOneLine = (text: string): string => text.replace(/[\r\n\0]+/g, " ");
