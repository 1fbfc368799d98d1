// Parses a syslog message into a log's fields, under FlowG's names: RFC 5424, RFC 3164, or anything else as `content`. No
// package fits: they use other names, drop what they can't read, or have regular expressions that a hostile message makes slow.
// This parser reads every part once.

import { goTime, NO_TIME, readRfc3339, readStamp } from "./go-time.js";

export interface Sender {
  /** The sender's address and port: `192.0.2.1:514`, `[2001:db8::1]:514`. */
  client: string;
  address: string;
  /** The common name of the sender's certificate; empty without one. */
  tlsPeer: string;
}

type Fields = Record<string, string>;

/** The priority of a message without one (RFC 3164 section 4.3.3): user-level, notice. */
const NO_PRIORITY = 13;
const HIGHEST_PRIORITY = 191;
const PRIORITY = /^<(0|[1-9]\d{0,2})>/;

export function readMessage(text: string, sender: Sender, nowMs: number): Fields {
  const [head = "", digits] = PRIORITY.exec(text) ?? [];
  const priority = digits === undefined ? HIGHEST_PRIORITY + 1 : Number(digits);
  const fields =
    priority > HIGHEST_PRIORITY
      ? { ...priorityFields(NO_PRIORITY), ...contentOnly(text, nowMs) }
      : { ...priorityFields(priority), ...readRest(text.slice(head.length), nowMs) };
  if (fields.hostname === "") fields.hostname = sender.address;
  return { ...fields, client: sender.client, tls_peer: sender.tlsPeer };
}

const readRest = (text: string, nowMs: number): Fields =>
  readRfc5424(text) ?? readRfc3164(text, nowMs) ?? contentOnly(text, nowMs);

const priorityFields = (priority: number): Fields => ({
  priority: String(priority),
  facility: String(priority >> 3),
  severity: String(priority & 7),
});

const contentOnly = (text: string, nowMs: number): Fields => ({
  timestamp: goTime(nowMs),
  hostname: "",
  tag: "",
  content: text.trim(),
});

/** Reads RFC 5424 section 6, after the priority. */
function readRfc5424(text: string): Fields | undefined {
  const [version = "", time, host, app, proc, id, rest] = words(text, 6);
  if (!/^[1-9]\d{0,2}$/.test(version) || rest === undefined) return undefined;
  const timestamp = time === "-" ? NO_TIME : readRfc3339(time ?? "");
  const end = structuredDataEnd(rest);
  if (timestamp === undefined || end === undefined) return undefined;
  return {
    version,
    timestamp,
    hostname: host ?? "",
    app_name: app ?? "",
    proc_id: proc ?? "",
    msg_id: id ?? "",
    structured_data: rest.slice(0, end),
    // UTF-8 text may begin with a byte order mark
    message: rest.slice(end + 1).replace(/^\ufeff/, ""),
  };
}

/** Splits the first words of a text from its rest, at single spaces. There may be fewer words. */
function words(text: string, count: number): string[] {
  const found: string[] = [];
  let start = 0;
  while (found.length < count) {
    const end = text.indexOf(" ", start);
    if (end < 0) return found;
    found.push(text.slice(start, end));
    start = end + 1;
  }
  return [...found, text.slice(start)];
}

/**
 * Finds the end of the structured data (section 6.3): elements in brackets, whose values are in quotes, or `-`. A space follows
 * it, or nothing.
 */
function structuredDataEnd(text: string): number | undefined {
  let at = 0;
  if (text.startsWith("-")) at = 1;
  while (text[at] === "[") {
    let isInValue = false;
    for (at++; at < text.length && (isInValue || text[at] !== "]"); at++) {
      if (text[at] === '"') isInValue = !isInValue;
      else if (isInValue && text[at] === "\\") at++;
    }
    at++;
  }
  return at > 0 && (at === text.length || text[at] === " ") ? at : undefined;
}

/** The length of a stamp such as `Oct 11 22:14:15`. */
const STAMP_LENGTH = 15;

/** Reads RFC 3164 section 4.1, after the priority. The time may have the form of RFC 5424, as many senders write it. */
function readRfc3164(text: string, nowMs: number): Fields | undefined {
  const [first = ""] = words(text, 1);
  const stamp = readStamp(text.slice(0, STAMP_LENGTH), nowMs);
  const timestamp = stamp ?? readRfc3339(first);
  if (timestamp === undefined) return undefined;
  const rest = text.slice(stamp === undefined ? first.length : STAMP_LENGTH).replace(/^ /, "");
  const [word, after] = words(rest, 1);
  // some senders leave out their host
  const hasHost = word !== undefined && word !== "" && !word.endsWith(":");
  return {
    timestamp,
    hostname: hasHost ? word : "",
    ...readTag(hasHost ? (after ?? "") : rest),
  };
}

/** The tag in `su[230]: content`. A text without a tag, or with one longer than FlowG takes, is all content. */
const TAG = /^([^\s:[\]]{1,128})(?:\[([^\]\s]{0,64})\])?(?::| |$)/;

function readTag(text: string): Fields {
  const [all, tag = "", process] = TAG.exec(text) ?? [];
  if (all === undefined) return { tag: "", content: text.trim() };
  const content = text.slice(all.length).trim();
  return { tag, ...(process === undefined ? {} : { proc_id: process }), content };
}
