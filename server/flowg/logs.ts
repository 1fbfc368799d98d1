// FlowG's log database in ours. Entries stay where the first pass put them, sorted under our keys; the list of
// fields is made anew from them, for FlowG's own never shrinks and is what an index is trusted by.

import { isUtf8 } from "node:buffer";
import { isKeyableField, NAME_MAX_BYTES } from "../database/names.js";
import {
  type EntryRecord,
  encodeValue,
  entryKey,
  fieldKey,
  type StreamRecord,
  streamKey,
} from "../database/records.js";
import { streamOf } from "../logs/entry-key.js";
import { isJson } from "./flow.js";
import {
  firstWord,
  parseEntryKey,
  parseKey,
  readName,
  streamName,
  TAIL_SEPARATOR,
} from "./keys.js";
import { decodeName, spell } from "./names.js";
import { LEFT_OUT, stagedValue, withValue } from "./stage.js";
import type { Translation } from "./translation.js";
import { counted, type Sentence } from "./warnings.js";

/** Field records begin with a byte of these marks while an import runs. */
const LISTED = 1;
const SEEN = 2;
/** How many of a stream's fields are remembered as done. */
const MAX_REMEMBERED = 20_000;

const DEFAULT_STREAM: StreamRecord = { ttl: 0, size: 0, indexed_fields: [] };

const ODD_KEY: Sentence = (count, examples) =>
  `Left out ${counted(count, "key")} of an unknown form: ${examples}.`;
const ODD_ENTRY: Sentence = (count, examples) =>
  `Left out ${counted(count, "entry", "entries")} whose value is no log entry, in ${examples}.`;
const REPAIRED: Sentence = (count, examples) =>
  `Bytes that are not UTF-8 were replaced in ${counted(count, "entry", "entries")}, in ${examples}.`;
const TWICE: Sentence = (count, examples) =>
  `${counted(count, "entry stood", "entries stood")} under an old and a new key, as an upgrade of FlowG leaves them; the new one was taken, in ${examples}.`;
const ODD_STREAM: Sentence = (count, examples) =>
  `The settings of ${counted(count, "stream")} could not be read and are now the defaults: ${examples}.`;
const ODD_FIELD: Sentence = (count, examples) =>
  `${counted(count, "field name")} cannot be listed or indexed here (too long, or with control characters), in ${examples}; the entries keep these fields.`;
const NO_STREAM: Sentence = (count, examples) =>
  `Left out ${counted(count, "listed field")} of a stream that does not exist: ${examples}.`;
const NO_SETTINGS: Sentence = (count, examples) =>
  `${counted(count, "stream has", "streams have")} entries but no settings, and got the defaults: ${examples}.`;
const ONLY_LISTED: Sentence = (count, examples) =>
  `${counted(count, "field is", "fields are")} in FlowG's list but in no entry any more, and kept in the list: ${examples}.`;
const NOT_LISTED: Sentence = (count, examples) =>
  `${counted(count, "field is", "fields are")} in entries but missing from FlowG's list, and added to it: ${examples}.`;

/** Turns the staged keys into `stream`, `field` and `entry` records. */
export async function translateLogs(translation: Translation): Promise<void> {
  const logs = new Logs(translation);
  await translation.walk(translation.scratch.entries, (key, value) => logs.takeEntry(key, value));
  // in order: entries of streams that were renamed, settings of streams, fields
  await translation.walkStaged((key, value) => logs.take(key, value));
  await translation.walk(translation.scratch.records, (key, value) => logs.compare(key, value));
}

class Logs {
  readonly #translation: Translation;
  #stream: string | undefined;
  #fields = new Set<string>();
  /** The entry before, if it is live: its own key and the key of its row. */
  #previous: { key: Buffer; row: Buffer } | undefined;

  constructor(translation: Translation) {
    this.#translation = translation;
  }

  /** An entry of the table of entries: our key and a byte of rank. */
  takeEntry(row: Buffer, rowValue: Buffer): void {
    const { scratch, warnings } = this.#translation;
    if (!this.#translation.isLive(rowValue)) return;
    const key = row.subarray(0, -1);
    const stream = streamOf(key);
    // takes the name, lest another stream gets it when it is written anew
    if (stream !== this.#stream) this.#translation.name("stream", latin1(stream));
    const value = stagedValue(rowValue);
    const entry = this.#readEntry(stream, value);
    if (entry === undefined) {
      scratch.entries.putSync(row, LEFT_OUT);
      return;
    }
    if (entry.value !== value) {
      scratch.entries.putSync(row, withValue(rowValue, entry.value));
    }
    if (this.#previous?.key.equals(key)) {
      scratch.entries.putSync(this.#previous.row, LEFT_OUT);
      warnings.tally(TWICE, stream);
    } else this.#translation.count("entry");
    this.#previous = { key, row };
    this.#see(stream, entry.fields);
  }

  take(bytes: Buffer, value: Buffer): void {
    if (firstWord(bytes) === "index") {
      this.#translation.facts.indexKeys++;
      return;
    }
    const key = parseKey(bytes);
    if (key.word === "__meta__") return;
    if (key.word === "entry") this.#renamedEntry(bytes, value);
    else if (key.word === "stream" && key.segments[0] === "config" && key.segments.length > 1) {
      const segments = key.segments.slice(1);
      const reading = readName({ ...key, segments }, segments.length);
      const stream = this.#translation.name("stream", reading.name);
      if (stream === undefined) return;
      this.#translation.put(streamKey(stream), this.#settings(stream, value), reading.rank);
    } else if (key.word === "stream" && key.segments[0] === "field" && key.segments.length > 2) {
      this.#listedField(bytes);
    } else this.#translation.leaveOut(ODD_KEY, bytes.toString());
  }

  /** An entry whose stream's name could not stand as it was. */
  #renamedEntry(bytes: Buffer, value: Buffer): void {
    const parsed = parseEntryKey(bytes);
    if (!parsed) {
      this.#translation.leaveOut(ODD_KEY, bytes.toString());
      return;
    }
    const stream = this.#translation.name("stream", streamName(bytes, parsed));
    if (stream === undefined) return;
    const entry = this.#readEntry(stream, value);
    if (!entry) return;
    const separator = parsed.tailStart + TAIL_SEPARATOR;
    const ms = Number(bytes.toString("latin1", parsed.tailStart, separator));
    const key = entryKey(stream, ms, bytes.toString("latin1", separator + 1));
    if (this.#translation.put(key, entry.value, parsed.rank)) this.#see(stream, entry.fields);
  }

  #readEntry(stream: string, value: Buffer): { value: Buffer; fields: string[] } | undefined {
    const { warnings } = this.#translation;
    const parsed = parseEntry(value);
    if (!parsed) {
      this.#translation.leaveOut(ODD_ENTRY, stream);
      return undefined;
    }
    if (parsed.repaired) warnings.tally(REPAIRED, stream);
    return parsed;
  }

  /** The stream and the fields of an entry exist, whatever else is known of them. */
  #see(stream: string, fields: string[]): void {
    if (stream !== this.#stream) {
      this.#translation.put(streamKey(stream), encodeValue(DEFAULT_STREAM), -1);
      this.#stream = stream;
      this.#fields.clear();
    }
    for (const field of fields) {
      if (this.#fields.has(field)) continue;
      if (this.#fields.size >= MAX_REMEMBERED) this.#fields.clear();
      this.#fields.add(field);
      this.#mark(stream, field, SEEN);
    }
  }

  #mark(stream: string, field: string, mark: number): void {
    const { scratch, warnings } = this.#translation;
    if (!isKeyableField(field)) {
      warnings.tally(ODD_FIELD, stream);
      return;
    }
    const key = fieldKey(stream, field);
    const old = scratch.records.get(key)?.[0];
    if (old === undefined) this.#translation.count("field");
    if (old === undefined || (old & mark) === 0) {
      scratch.records.putSync(key, Buffer.of((old ?? 0) | mark));
    }
  }

  #listedField(bytes: Buffer): void {
    const key = parseKey(bytes);
    const segments = key.segments.slice(1);
    // as written: two segments. With a `:` in a name: the longest stream that exists
    const certain = key.separator === "\x1b" && segments.length === 2;
    for (let taken = certain ? 1 : segments.length - 1; taken > 0; taken--) {
      const { name, tail } = readName({ ...key, segments }, taken);
      const stream = this.#known(name);
      if (stream === undefined) continue;
      const field = decodeName(tail.join(":"));
      if (field.valid) this.#mark(stream, field.text, LISTED);
      else this.#translation.warnings.tally(ODD_FIELD, stream);
      return;
    }
    this.#translation.leaveOut(NO_STREAM, bytes.toString());
  }

  /** Our name of a stream that exists. */
  #known(raw: string): string | undefined {
    const stream = spell(raw);
    if (stream === "" || Buffer.byteLength(stream) > NAME_MAX_BYTES) return undefined;
    return this.#translation.scratch.records.get(streamKey(stream)) ? stream : undefined;
  }

  #settings(stream: string, value: Buffer): Buffer {
    const settings = value.length === 0 ? DEFAULT_STREAM : parseSettings(value);
    if (!settings) this.#translation.warnings.tally(ODD_STREAM, stream);
    return encodeValue(settings ?? DEFAULT_STREAM);
  }

  /** At the end: says what differs from what FlowG had. */
  compare(key: Buffer, value: Buffer): void {
    const { warnings } = this.#translation;
    const { word, segments } = parseKey(key);
    const shown = utf8(segments.join(" "));
    if (word === "stream" && value[0] === 0) warnings.tally(NO_SETTINGS, shown);
    if (word !== "field") return;
    if (value[0] === LISTED) warnings.tally(ONLY_LISTED, shown);
    if (value[0] === SEEN) warnings.tally(NOT_LISTED, shown);
  }
}

const latin1 = (text: string): string => Buffer.from(text).toString("latin1");
const utf8 = (bytes: string): string => Buffer.from(bytes, "latin1").toString();

/** An entry's value as FlowG wrote it, or written anew where it must be; undefined if it is none. */
function parseEntry(
  value: Buffer,
): { value: Buffer; fields: string[]; repaired: boolean } | undefined {
  let entry: unknown;
  try {
    entry = JSON.parse(value.toString());
  } catch {
    return undefined;
  }
  if (!isJson(entry) || typeof entry.timestamp !== "string") return undefined;
  const repaired = !isUtf8(value);
  const { timestamp } = entry;
  const fields = entry.fields ?? {};
  if (!isJson(fields) || !Object.values(fields).every((text) => typeof text === "string")) {
    return undefined;
  }
  const asItIs = !repaired && entry.fields != null;
  const anew = (): Buffer => encodeValue({ timestamp, fields } as EntryRecord);
  return { value: asItIs ? value : anew(), fields: Object.keys(fields), repaired };
}

function parseSettings(value: Buffer): StreamRecord | undefined {
  let settings: unknown;
  try {
    settings = JSON.parse(value.toString());
  } catch {
    return undefined;
  }
  if (!isJson(settings)) return undefined;
  const { ttl, size, indexed_fields: fields } = settings;
  const names = fields ?? [];
  if (!Array.isArray(names) || !names.every((name) => typeof name === "string")) return undefined;
  const [seconds, mebibytes] = [whole(ttl), whole(size)];
  if (seconds === undefined || mebibytes === undefined) return undefined;
  return { ttl: seconds, size: mebibytes, indexed_fields: [...new Set(names)].sort() };
}

/** An int64 of Go's, as near as a number here comes to it. */
function whole(value: unknown): number | undefined {
  if (value === undefined || value === null) return 0;
  if (typeof value !== "number" || !Number.isInteger(value)) return undefined;
  const most = Number.MAX_SAFE_INTEGER;
  return Math.max(-most, Math.min(most, value));
}
