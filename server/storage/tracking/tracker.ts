// Marks what a transaction writes: what was touched is collected, and each mark is written once, at its end.

import { beginsWith, firstSegment, keyHead, SEPARATOR } from "../../records/keys.js";
import { type DatabaseKind, RECORD_KINDS } from "../../records/kinds.js";
import { ENTRY_TAIL_BYTES, isEntryKey, streamOf } from "../../records/logs/entry-key.js";
import { bucketOf, markKind, markStream } from "./marks.js";
import { overlaid, reduced, type Span } from "./spans.js";
import {
  beginEpoch,
  beginHistory,
  currentState,
  type Tracking,
  type TrackingState,
} from "./state.js";
import { tidyMarks } from "./tidy.js";

/** Of a stream, in one transaction. */
const SPANS_MAX = 64;

interface Touched {
  /** `entry␛STREAM␛` */
  head: Buffer;
  spans: Span[];
  /** The one that was touched last. */
  last: Span;
}

export class Tracker {
  readonly #kind: DatabaseKind;
  readonly #tables: Tracking;
  readonly #streams = new Map<string, Touched>();
  readonly #kinds = new Set<string>();
  #current: Touched | undefined;
  /** Whether something was touched that has no part. */
  #isUnclear = false;
  #isChanged = false;

  constructor(kind: DatabaseKind, tables: Tracking) {
    this.#kind = kind;
    this.#tables = tables;
  }

  /** A record comes, goes, or is another now. */
  changed(key: Uint8Array): void {
    this.#isChanged = true;
    const bucket = this.#kind === "logs" ? bucketOf(key) : undefined;
    const touched = bucket === undefined ? undefined : this.#touchedOf(key);
    if (bucket === undefined || !touched) this.#touchKind(firstSegment(key));
    else touch(touched, bucket);
  }

  /** Ends the epoch: what is written from now on is not what was written before. */
  endEpoch(): void {
    this.finish();
    beginEpoch(this.#tables);
  }

  /** At the end of the transaction. */
  finish(): void {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    const state = this.#state();
    const { history, epoch } = state;
    for (const kind of this.#kinds) markKind(this.#tables, kind, epoch);
    for (const [stream, { spans }] of this.#streams)
      markStream(this.#tables, stream, {
        written: spans.map((span) => ({ ...span, epoch })),
        epoch,
      });
    this.#tables.ledger.count(history);
    this.#kinds.clear();
    this.#streams.clear();
    this.#current = undefined;
  }

  #state(): TrackingState {
    if (this.#isUnclear) return beginHistory(this.#tables);
    return currentState(this.#tables) ?? tidyMarks(this.#tables, beginEpoch(this.#tables));
  }

  #touchKind(kind: string): void {
    if (this.#kinds.has(kind)) return;
    if ((RECORD_KINDS[this.#kind] as readonly string[]).includes(kind)) this.#kinds.add(kind);
    else this.#isUnclear = true;
  }

  /** @returns undefined for what has no stream whose name can be one */
  #touchedOf(key: Uint8Array): Touched | undefined {
    const current = this.#current;
    const length = key.length - ENTRY_TAIL_BYTES;
    if (current?.head.length === length && beginsWith(key, 0, current.head)) return current;
    if (!isEntryKey(key)) return undefined;
    const stream = streamOf(key);
    const head = keyHead("entry", stream);
    if (stream.includes(SEPARATOR) || head.length !== length || !beginsWith(key, 0, head))
      return undefined;
    const found = this.#streams.get(stream);
    const touched = found ?? { head, spans: [], last: NONE };
    if (!found) this.#streams.set(stream, touched);
    this.#current = touched;
    return touched;
  }
}

const NONE: Span = { from: 0, to: 0, epoch: 0 };

function touch(touched: Touched, bucket: number): void {
  const { last } = touched;
  if (bucket >= last.from && bucket < last.to) return;
  const one = { from: bucket, to: bucket + 1, epoch: 0 };
  touched.spans = reduced(overlaid(touched.spans, one), SPANS_MAX, 0);
  touched.last = touched.spans.find(({ from, to }) => bucket >= from && bucket < to) ?? NONE;
}
