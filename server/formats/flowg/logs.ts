// Translates FlowG's log database into ours. Entries come sorted under our keys and go on as they come. The list of fields is
// made anew from them, because FlowG's own never shrinks, and indexes rely on it.

import { FlowgError } from "../../platform/errors.js";
import { counted } from "../../platform/messages/counted.js";
import { beginsWith, key, keyHead, SEPARATOR, segments } from "../../records/keys.js";
import { ENTRY_TAIL_BYTES, entryMs, streamOf } from "../../records/logs/entry-key.js";
import { FIELD_NAME_MAX_BYTES, isKeyableField } from "../../records/names.js";
import {
  decodeValue,
  encodeValue,
  fieldKey,
  type StreamRecord,
  streamKey,
} from "../../records/records.js";
import { type FlowgKey, firstWord, parseEntryKey, parseKey, readName, streamName } from "./keys.js";
import { KnownNames } from "./known-names.js";
import { parseEntry, parseSettings } from "./log-values.js";
import { decodeName } from "./names.js";
import { PlainEntries } from "./plain-entry.js";
import { isSameKey, type Row } from "./row.js";
import { expiry, readEntryKey, stagedValue } from "./stage.js";
import { demandFitting, type Records, type Translation } from "./translation.js";
import type { Sentence } from "./warnings.js";

/** The sources from which a field is known. */
const LISTED = 1;
const SEEN = 2;
/** How many fields of a stream are remembered as done. */
const MAX_REMEMBERED = 20_000;
/** The most streams, which are remembered in memory. A real FlowG has some hundreds. */
const MAX_STREAMS = 500_000;

const DEFAULT_STREAM: StreamRecord = { ttl: 0, size: 0, indexed_fields: [] };

const ODD_KEY: Sentence = (count, examples) =>
  `Left out ${counted(count, "key")} of an unknown form: ${examples}.`;
const ODD_ENTRY: Sentence = (count, examples) =>
  `Left out ${counted(count, "entry", "entries")} whose value isn't a log entry, in ${examples}.`;
const REPAIRED: Sentence = (count, examples) =>
  `Bytes and halves of characters that are not UTF-8 were replaced in ${counted(count, "entry", "entries")}, in ${examples}.`;
const TWICE: Sentence = (count, examples) =>
  `${counted(count, "entry stood", "entries stood")} under an old and a new key, as an upgrade of FlowG leaves them; the new one was taken, in ${examples}.`;
const ODD_STREAM: Sentence = (count, examples) =>
  `The settings of ${counted(count, "stream")} could not be read and are now the defaults: ${examples}.`;
const EMPTY_FIELD: Sentence = (count, examples) =>
  `An empty field name cannot be listed or indexed here, in ${counted(count, "stream")}: ${examples}; the entries keep the field.`;
const LONG_FIELD: Sentence = (count, examples) =>
  `${counted(count, "field name")} of more than ${FIELD_NAME_MAX_BYTES} bytes cannot be listed or indexed here, in ${examples}; the entries keep these fields.`;
const CONTROL_FIELD: Sentence = (count, examples) =>
  `${counted(count, "field name")} with control characters cannot be listed or indexed here, in ${examples}; the entries keep these fields.`;
const ODD_FIELD: Sentence = (count, examples) =>
  `${counted(count, "listed field")} whose name is not UTF-8 cannot be listed here, in ${examples}.`;
const NO_TTL: Sentence = (count, examples) =>
  `FlowG would have deleted ${counted(count, "entry", "entries")} of streams that had a ttl when these came and have none now; here they are kept for ever, in ${examples}: set a ttl if they should go.`;
const LONGER_TTL: Sentence = (count, examples) =>
  `FlowG would have deleted ${counted(count, "entry", "entries")} earlier than the ttl that the stream has now; here they are kept as long as that says, in ${examples}.`;
const NO_STREAM: Sentence = (count, examples) =>
  `Left out ${counted(count, "listed field")} of a stream that does not exist: ${examples}.`;
const NO_SETTINGS: Sentence = (count, examples) =>
  `${counted(count, "stream has", "streams have")} entries but no settings, and got the defaults: ${examples}.`;
const ONLY_LISTED: Sentence = (count, examples) =>
  `${counted(count, "field is", "fields are")} in FlowG's list but in no entry any more; the list keeps ${examples}.`;
const NOT_LISTED: Sentence = (count, examples) =>
  `${counted(count, "field is", "fields are")} in entries but missing from FlowG's list, and added to it: ${examples}.`;

/** Turns the staged keys into `entry`, `field` and `stream` records, in this order. */
export function* translateLogs(translation: Translation): Records {
  const logs = new Logs(translation);
  for (const row of translation.entries()) yield row && logs.takeEntry(row);
  // settings of streams before fields
  for (const row of translation.others()) {
    if (row) logs.take(row.key, stagedValue(row.value));
    else yield undefined;
  }
  yield* logs.records();
}

/** Facts of a stream besides its settings. */
interface Stream {
  /** Our name. */
  name: string;
  /** How many entries expire, and how many of them after each number of seconds. */
  expiring: number;
  byTtl: Map<number, number>;
}

/** The most different ttls of a stream that are counted. A stream's ttl seldom changes. */
const MAX_TTLS = 32;

class Logs {
  readonly #translation: Translation;
  readonly #streams = new KnownNames<Stream>();
  #stream: Stream | undefined;
  /** The beginning of the keys of the stream's entries. */
  #head = keyHead("entry");
  #raw: string | undefined;
  #fields = new Set<string>();
  /** The names of the last entry of the stream. */
  #lastFields: readonly string[] = [];
  readonly #plain = new PlainEntries();
  /** The key of the entry before, if that was taken. */
  #previous: Buffer | undefined;

  constructor(translation: Translation) {
    this.#translation = translation;
  }

  /** Takes an entry. Of two with the same key, the one with the surer reading comes first. */
  takeEntry({ key: staged, value: row }: Row): Row | undefined {
    const { warnings } = this.#translation;
    const { ours: key, raw } = readEntryKey(staged);
    const stream = this.#streamOf(key, raw);
    const entry = this.#readEntry(stream.name, stagedValue(row));
    if (entry === undefined) return undefined;
    if (this.#previous && isSameKey(this.#previous, key)) {
      warnings.tally(TWICE, stream.name);
      return undefined;
    }
    demandFitting(key, entry.value);
    this.#previous = key;
    this.#see(stream, entry.fields);
    countExpiry(stream, key, expiry(row));
    return this.#translation.entry(key, entry.value);
  }

  /** The stream of an entry, which is nearly always the stream of the entry before it. */
  #streamOf(key: Buffer, raw: string | undefined): Stream {
    const isLikeLast =
      this.#raw === raw &&
      key.length === this.#head.length + ENTRY_TAIL_BYTES &&
      beginsWith(key, 0, this.#head);
    return isLikeLast && this.#stream ? this.#stream : this.#enter(streamOf(key), raw);
  }

  /** Reserves a stream's name, so that no other stream gets it when its name is repaired. */
  #enter(name: string, raw: string | undefined): Stream {
    const theirs = raw ?? latin1(name);
    this.#translation.name("stream", theirs);
    this.#raw = raw;
    this.#head = keyHead("entry", name);
    this.#fields.clear();
    this.#lastFields = [];
    this.#stream = this.#known(theirs, name);
    this.#translation.put(streamKey(name), encodeValue(DEFAULT_STREAM), -1);
    return this.#stream;
  }

  #known(raw: string, name: string): Stream {
    const known = this.#streams.get(raw);
    if (known) return known;
    if (this.#streams.size >= MAX_STREAMS) {
      throw new FlowgError(
        "SNAPSHOT_UNSUPPORTED",
        `the backup holds more than ${MAX_STREAMS.toLocaleString("en-US")} streams`,
      );
    }
    const stream = { name, expiring: 0, byTtl: new Map<number, number>() };
    this.#streams.set(raw, stream);
    return stream;
  }

  take(bytes: Buffer, value: Buffer): void {
    if (firstWord(bytes) === "index") {
      this.#translation.facts.indexKeys++;
      return;
    }
    const key = parseKey(bytes);
    if (key.word === "__meta__") return;
    if (key.word === "entry") this.#oddEntry(bytes);
    else if (key.word === "stream" && key.segments[0] === "config" && key.segments.length > 1) {
      const segments = key.segments.slice(1);
      const { name: raw, rank } = readName({ ...key, segments }, segments.length);
      const name = this.#translation.name("stream", raw);
      if (name === undefined) return;
      this.#known(raw, name);
      this.#translation.put(streamKey(name), this.#settings(name, value), rank);
    } else if (key.word === "stream" && key.segments[0] === "field" && key.segments.length > 2) {
      this.#listedField(key, bytes);
    } else this.#translation.leaveOut(ODD_KEY, bytes.toString());
  }

  /** Takes a key that has no counterpart among ours, because of its stream's name or because it isn't an entry's. */
  #oddEntry(bytes: Buffer): void {
    const parsed = parseEntryKey(bytes);
    if (!parsed) this.#translation.leaveOut(ODD_KEY, bytes.toString());
    else this.#translation.name("stream", streamName(bytes, parsed));
  }

  #readEntry(
    stream: string,
    value: Buffer,
  ): { value: Buffer; fields: readonly string[] } | undefined {
    const { warnings } = this.#translation;
    const fields = this.#plain.names(value);
    if (fields !== undefined) return { value, fields };
    const parsed = parseEntry(value);
    if (!parsed) {
      this.#translation.leaveOut(ODD_ENTRY, stream);
      return undefined;
    }
    if (parsed.repaired) warnings.tally(REPAIRED, stream);
    return parsed;
  }

  #see(stream: Stream, fields: readonly string[]): void {
    if (fields === this.#lastFields) return;
    this.#lastFields = fields;
    for (const field of fields) {
      if (this.#fields.has(field)) continue;
      if (this.#fields.size >= MAX_REMEMBERED) this.#fields.clear();
      this.#fields.add(field);
      this.#translation.mark(markKey(stream.name, field), SEEN);
    }
  }

  #listedField({ separator, segments }: FlowgKey, bytes: Buffer): void {
    const text = segments.slice(1).join(separator);
    // as FlowG wrote it, there are two segments; with a `:` in a name, the longest stream that exists counts
    const isCertain = separator === "\x1b" && segments.length === 3;
    const [raw] = isCertain ? [segments[1] as string] : this.#streams.beginnings(text, separator);
    const stream = raw === undefined ? undefined : this.#streams.get(raw);
    if (raw === undefined || stream === undefined) {
      this.#translation.leaveOut(NO_STREAM, bytes.toString());
      return;
    }
    const field = decodeName(text.slice(raw.length + 1).replaceAll(separator, ":"));
    if (field.valid) this.#translation.mark(markKey(stream.name, field.text), LISTED);
    else this.#translation.warnings.tally(ODD_FIELD, stream.name);
  }

  #settings(stream: string, value: Buffer): Buffer {
    const settings = value.length === 0 ? DEFAULT_STREAM : parseSettings(value);
    if (!settings) this.#translation.warnings.tally(ODD_STREAM, stream);
    return encodeValue(settings ?? DEFAULT_STREAM);
  }

  /** Ends the import: yields fields and streams, and notes what differs from FlowG's own. */
  *records(): Generator<Row> {
    const { warnings } = this.#translation;
    const ttls = new Map<string, number>();
    for (const { key, value, rank, marks } of this.#translation.gathered()) {
      const [word, stream = "", ...rest] = segments(key);
      if (word === UNLISTABLE) {
        warnings.tally(unlistable(rest.join(SEPARATOR)), stream);
        continue;
      }
      if (word === "field") {
        const shown = `${stream} ${rest[0]}`;
        if (marks === LISTED) warnings.tally(ONLY_LISTED, shown);
        if (marks === SEEN) warnings.tally(NOT_LISTED, shown);
      } else {
        if (rank < 0) warnings.tally(NO_SETTINGS, stream);
        ttls.set(stream, decodeValue<StreamRecord>(value).ttl);
      }
      yield this.#translation.record(key, value);
    }
    for (const [, stream] of this.#streams) this.#compareExpiry(stream, ttls.get(stream.name) ?? 0);
  }

  #compareExpiry({ name, expiring, byTtl }: Stream, ttl: number): void {
    const { warnings } = this.#translation;
    if (ttl <= 0) {
      if (expiring > 0) warnings.tally(NO_TTL, name, expiring);
      return;
    }
    let longer = 0;
    // one second for rounding, and one between the entry's time and its storing
    for (const [seconds, count] of byTtl) if (seconds + 2 < ttl) longer += count;
    if (longer > 0) warnings.tally(LONGER_TTL, name, longer);
  }
}

/** Stands before a field that can't be a record, so that it is counted, too. */
const UNLISTABLE = "unlistable";

const markKey = (stream: string, field: string): Buffer =>
  isKeyableField(field) ? fieldKey(stream, field) : key(UNLISTABLE, stream, field);

function unlistable(field: string): Sentence {
  if (field === "") return EMPTY_FIELD;
  return Buffer.byteLength(field) > FIELD_NAME_MAX_BYTES ? LONG_FIELD : CONTROL_FIELD;
}

function countExpiry(stream: Stream, key: Buffer, expires: number): void {
  if (expires === 0) return;
  stream.expiring++;
  const { byTtl } = stream;
  const ttl = expires - Math.floor(entryMs(key) / 1000);
  const count = byTtl.get(ttl);
  if (count !== undefined || byTtl.size < MAX_TTLS) byTtl.set(ttl, (count ?? 0) + 1);
}

const latin1 = (text: string): string => Buffer.from(text).toString("latin1");
