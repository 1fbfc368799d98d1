// Checks what is derived from log records: each stream has a total, and each indexed field has one posting for each entry with
// that field. Postings are compared by their count and two sums of checksums, which don't depend on the order. Each piece of a
// list must begin where the rule of pieces says.

import { recordChecksum } from "../../platform/checksum/checksum.js";
import { stopIfAborted } from "../../platform/stop-if-aborted.js";
import { segments, under } from "../../records/keys.js";
import { isEntryKey, MOMENT_BYTES, momentOf, streamOf } from "../../records/logs/entry-key.js";
import {
  encodeTotal,
  type FieldIndex,
  fieldIndexes,
  indexHeads,
  totalKey,
} from "../../records/logs/log-index.js";
import { decodeValue, type EntryRecord, printable } from "../../records/records.js";
import type { Database } from "../../storage/database.js";
import { eachPiece } from "../../storage/derived/postings.js";
import { indexJobsOf } from "../../storage/notes/unfinished-work.js";
import { readStreamRecord } from "../../storage/stream-record.js";
import type { DerivedLaw, SeenRecord } from "./derived-law.js";

/** Pieces that are read within one turn of the event loop. */
const PIECES_AT_ONCE = 2_000;

interface Sum {
  count: number;
  a: number;
  b: number;
}

interface OneStream {
  name: string;
  entries: number;
  bytes: number;
  /** Sums by field. */
  expected: Map<string, Sum>;
  indexes: { index: FieldIndex; sum: Sum }[];
  /** Fields whose index is still being made. */
  unfinished: ReadonlySet<string>;
}

export class LogLaw implements DerivedLaw {
  #stream: OneStream | undefined;
  /** How many keys of the derived table were compared. */
  #compared = 0;

  constructor(
    private readonly database: Database,
    private readonly signal?: AbortSignal,
  ) {}

  async see(records: readonly SeenRecord[]): Promise<string[]> {
    const problems: string[] = [];
    for (const { key, value } of records) {
      if (!isEntryKey(key)) continue;
      const name = streamOf(key);
      if (this.#stream?.name !== name) {
        problems.push(...(await this.#endStream()));
        this.#stream = await this.#begin(name);
      }
      addEntry(this.#stream, key, value);
    }
    return problems;
  }

  async end(): Promise<string[]> {
    const problems = await this.#endStream();
    const found = await this.database.read(({ derived }) => derived.count());
    if (found !== this.#compared) {
      problems.push(
        `its derived table has ${found} keys, and only ${this.#compared} belong to streams that have entries`,
      );
    }
    return problems;
  }

  #begin(name: string): Promise<OneStream> {
    return this.database.read((instant) => {
      const fields = readStreamRecord(instant, name)?.indexed_fields ?? [];
      const indexes = fieldIndexes(name, fields).map((index) => ({ index, sum: nothing() }));
      const expected = new Map(indexes.map(({ index, sum }) => [index.field, sum]));
      const unfinished = new Set(indexJobsOf(instant, name));
      return { name, entries: 0, bytes: 0, expected, indexes, unfinished };
    });
  }

  async #endStream(): Promise<string[]> {
    const stream = this.#stream;
    if (!stream) return [];
    this.#stream = undefined;
    const { name, entries, bytes } = stream;
    const what = `stream ${JSON.stringify(printable(name))}`;
    const problems: string[] = [];
    const total = await this.database.read(({ derived }) => derived.get(totalKey(name)));
    if (total !== undefined) this.#compared++;
    if (!total?.equals(encodeTotal({ entries, bytes }))) {
      const said =
        total === undefined ? "no total is there" : `its total is ${printable(total.toString())}`;
      problems.push(`${what} has ${entries} entries of ${bytes} bytes, and ${said}`);
    }
    const found = await this.#postingsOf(name, (problem) => problems.push(`${what}: ${problem}`));
    for (const field of new Set([...stream.expected.keys(), ...found.keys()])) {
      if (stream.unfinished.has(field)) continue;
      const [is, should] = [found.get(field) ?? nothing(), stream.expected.get(field) ?? nothing()];
      if (is.count === should.count && is.a === should.a && is.b === should.b) continue;
      const index = `${what}: the index of ${JSON.stringify(printable(field))}`;
      problems.push(
        is.count === should.count
          ? `${index} leads to other entries than those that have the field`
          : `${index} has ${is.count} postings, and ${should.count} entries have the field`,
      );
    }
    return problems;
  }

  /** All postings of a stream, summed up by field. */
  async #postingsOf(stream: string, tell: (problem: string) => void): Promise<Map<string, Sum>> {
    const sums = new Map<string, Sum>();
    const range = under("index", stream);
    let before: { head: Buffer; moments: Buffer } | undefined;
    for (let start: Buffer | undefined = range.start; start; ) {
      stopIfAborted(this.signal, "the drill");
      const from: Buffer = start;
      const pieces = await this.database.read(({ derived }) =>
        [...derived.range({ start: from, end: range.end, limit: PIECES_AT_ONCE })].map(
          ({ key, value }) => ({ key: Buffer.from(key), value: Buffer.from(value) }),
        ),
      );
      for (const { key, value } of pieces) {
        this.#compared++;
        const head = key.subarray(0, key.length - MOMENT_BYTES);
        const moments = Buffer.concat([key.subarray(head.length), value]);
        if (moments.length % MOMENT_BYTES !== 0) tell("a piece of an index is cut");
        if (before && !isFollowed(before, { head, moments }))
          tell("pieces of an index begin where none does, or are out of order");
        before = { head, moments };
        const [, , field = ""] = segments(head);
        const sum = sums.get(field) ?? nothing();
        sums.set(field, sum);
        for (let at = 0; at + MOMENT_BYTES <= moments.length; at += MOMENT_BYTES)
          add(sum, head, moments.subarray(at, at + MOMENT_BYTES));
      }
      const last = pieces.at(-1)?.key;
      start = last && pieces.length === PIECES_AT_ONCE ? Buffer.concat([last, ZERO]) : undefined;
    }
    if (before && !isFollowed(before, undefined)) tell("a piece of an index holds more than one");
    return sums;
  }
}

function addEntry(stream: OneStream, key: Buffer, value: Buffer): void {
  stream.entries++;
  stream.bytes += key.length + value.length;
  if (stream.indexes.length === 0) return;
  const { fields } = decodeValue<EntryRecord>(value);
  const moment = momentOf(key);
  for (const { index, sum } of stream.indexes)
    for (const head of indexHeads([index], fields)) add(sum, head, moment);
}

/**
 * Whether a piece ends where the rule of pieces says, with its moments in order: at the end of its list, or where the next
 * begins.
 */
function isFollowed(
  { head, moments }: { head: Buffer; moments: Buffer },
  next: { head: Buffer; moments: Buffer } | undefined,
): boolean {
  const isSame = next?.head.equals(head) ?? false;
  const first = isSame && next ? next.moments.subarray(0, MOMENT_BYTES) : ZERO.subarray(1);
  const cuts: number[] = [];
  eachPiece(Buffer.concat([moments, first]), (_, end) => void cuts.push(end));
  if (cuts[0] !== moments.length) return false;
  for (let at = MOMENT_BYTES; at < moments.length; at += MOMENT_BYTES)
    if (moments.compare(moments, at - MOMENT_BYTES, at, at, at + MOMENT_BYTES) <= 0) return false;
  return true;
}

const nothing = (): Sum => ({ count: 0, a: 0, b: 0 });

function add(sum: Sum, head: Buffer, moment: Buffer): void {
  sum.count++;
  sum.a = (sum.a + recordChecksum(head, moment)) >>> 0;
  sum.b = (sum.b + recordChecksum(moment, head)) >>> 0;
}

const ZERO = Buffer.alloc(1);
