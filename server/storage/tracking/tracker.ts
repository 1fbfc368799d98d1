// Tracks what a transaction writes. It collects the touched parts, and writes each once, at the transaction's end.

import { beginsWith, firstSegment, keyHead, SEPARATOR } from "../../records/keys.js";
import { type DatabaseKind, RECORD_KINDS } from "../../records/kinds.js";
import { ENTRY_TAIL_BYTES, streamOf } from "../../records/logs/entry-key.js";
import { covers, overlaid, reduced, type Span } from "./spans.js";
import {
  beginEpoch,
  beginHistory,
  currentState,
  isYoung,
  type Tracking,
  type TrackingState,
} from "./state.js";
import { tidyTracked } from "./tidy.js";
import {
  bucketHead,
  bucketName,
  bucketOf,
  isOfBucket,
  trackKind,
  trackStream,
} from "./tracked-parts.js";

/** The most spans of a stream in one transaction. */
const SPANS_MAX = 8;
/** The most buckets whose names are kept in memory. */
const BUCKETS_MAX = 50_000;

interface Touched {
  /** `entry␛STREAM␛` */
  head: Buffer;
  spans: Span[];
  /** The span that was touched last. */
  last: Span;
}

/** The parts that this writer has tracked in this epoch, as long as no other writer has changed anything. */
interface Tracked {
  state: TrackingState;
  changes: number;
  kinds: Set<string>;
  streams: Map<string, readonly Span[]>;
  /** The names of all touched buckets, up to a bound, and the bucket that was touched last. */
  buckets: Set<string>;
  last: Bucket;
}

/** What the keys of a bucket begin with, and how long they are. */
interface Bucket {
  head: Uint8Array;
  length: number;
}

export class Tracker {
  readonly #kind: DatabaseKind;
  readonly #tables: Tracking;
  /** Made when needed: most transactions touch only parts that are tracked already. */
  #streams: Map<string, Touched> | undefined;
  #kinds: Set<string> | undefined;
  #current: Touched | undefined;
  /** The buckets that are new in this transaction, and the bucket that was touched last. */
  readonly #buckets: string[] = [];
  #last = NOWHERE;
  /** Parts that needn't be tracked again. */
  #known: Tracked | undefined;
  /** Whether a record was touched that is in no part. */
  #isUnclear = false;
  #isChanged = false;

  constructor(kind: DatabaseKind, tables: Tracking) {
    this.#kind = kind;
    this.#tables = tables;
  }

  /** Takes note that a record comes, goes, or changes. */
  changed(key: Uint8Array): void {
    if (isIn(key, this.#last)) return;
    if (!this.#isChanged) {
      this.#isChanged = true;
      this.#known = this.#whatIsKnown();
      // new entries are of now, so the bucket is nearly always that of the transaction before
      if (this.#known && isIn(key, this.#known.last)) {
        this.#last = this.#known.last;
        return;
      }
    }
    const name = this.#kind === "logs" ? bucketName(key) : undefined;
    if (name !== undefined && this.#known?.buckets.has(name)) {
      this.#last = { head: bucketHead(key), length: key.length };
      return;
    }
    const bucket = name === undefined ? undefined : bucketOf(key);
    const touched = bucket === undefined ? undefined : this.#touchedOf(key);
    if (bucket === undefined || !touched) {
      this.#touchKind(firstSegment(key));
      return;
    }
    touch(touched, bucket);
    this.#last = { head: bucketHead(key), length: key.length };
    if (name !== undefined) this.#buckets.push(name);
  }

  /** Ends the epoch, so that later writes can be told from those before. */
  endEpoch(): void {
    this.finish();
    beginEpoch(this.#tables);
  }

  /** Call it at the end of the transaction. */
  finish(): void {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    const { ledger } = this.#tables;
    const known = this.#isUnclear ? undefined : this.#known;
    // if this fails, nothing of it may count as tracked
    ledger.writer.tracked = undefined;
    const tracked = known ?? this.#nothingTracked();
    this.#track(tracked);
    const { history, run } = tracked.state;
    const changes = (ledger.read()?.changes ?? 0) + 1;
    ledger.write({ history, run, changes });
    tracked.changes = changes;
    // after an unclear record, parts that were touched before it may not be tracked
    if (!this.#isUnclear) this.#remember(tracked);
    ledger.writer.tracked = tracked;
    this.#streams = this.#kinds = this.#current = this.#known = undefined;
    this.#last = NOWHERE;
  }

  #remember(tracked: Tracked): void {
    tracked.last = this.#last;
    if (tracked.buckets.size > BUCKETS_MAX) tracked.buckets.clear();
    for (const name of this.#buckets) tracked.buckets.add(name);
    this.#buckets.length = 0;
  }

  #whatIsKnown(): Tracked | undefined {
    const { ledger } = this.#tables;
    const known = ledger.writer.tracked as Tracked | undefined;
    if (!known || !isYoung(known.state)) return undefined;
    const counted = ledger.read();
    // an undone transaction was never counted, and one in its place has another number or run
    const isAsLeft =
      counted?.changes === known.changes &&
      counted.run === known.state.run &&
      counted.history === known.state.history;
    return isAsLeft ? known : undefined;
  }

  #nothingTracked(): Tracked {
    const state = this.#state();
    const [kinds, streams, buckets] = [new Set<string>(), new Map(), new Set<string>()];
    return { state, changes: 0, kinds, streams, buckets, last: NOWHERE };
  }

  #state(): TrackingState {
    if (this.#isUnclear) return beginHistory(this.#tables);
    const { ledger } = this.#tables;
    const state = currentState(this.#tables);
    if (state && ledger.read()?.history === state.history) return state;
    return tidyTracked(this.#tables, beginEpoch(this.#tables));
  }

  #track({ state: { epoch }, kinds, streams }: Tracked): void {
    for (const kind of this.#kinds ?? []) {
      if (kinds.has(kind)) continue;
      trackKind(this.#tables, kind, epoch);
      kinds.add(kind);
    }
    for (const [stream, { spans }] of this.#streams ?? []) {
      const written = spans.map((span) => ({ ...span, epoch }));
      const known = streams.get(stream);
      if (known && written.every((span) => covers(known, span))) continue;
      const after = trackStream(this.#tables, stream, { written, epoch });
      streams.set(
        stream,
        after.filter((span) => span.epoch === epoch),
      );
    }
  }

  #touchKind(kind: string): void {
    this.#kinds ??= new Set();
    if ((RECORD_KINDS[this.#kind] as readonly string[]).includes(kind)) this.#kinds.add(kind);
    else this.#isUnclear = true;
  }

  /** @returns undefined for a key without a valid name of a stream */
  #touchedOf(key: Uint8Array): Touched | undefined {
    const current = this.#current;
    const length = key.length - ENTRY_TAIL_BYTES;
    if (current?.head.length === length && beginsWith(key, 0, current.head)) return current;
    const stream = streamOf(key);
    const head = keyHead("entry", stream);
    const isName = !stream.includes(SEPARATOR) && head.length === length;
    if (!isName || !beginsWith(key, 0, head)) return undefined;
    this.#streams ??= new Map();
    const found = this.#streams.get(stream);
    const touched = found ?? { head, spans: [], last: NONE };
    if (!found) this.#streams.set(stream, touched);
    this.#current = touched;
    return touched;
  }
}

const NOWHERE: Bucket = { head: new Uint8Array(0), length: 0 };
const NONE: Span = { from: 0, to: 0, epoch: 0 };

const isIn = (key: Uint8Array, { head, length }: Bucket): boolean =>
  key.length === length && isOfBucket(key, head);

function touch(touched: Touched, bucket: number): void {
  const { last } = touched;
  if (bucket >= last.from && bucket < last.to) return;
  const one = { from: bucket, to: bucket + 1, epoch: 0 };
  touched.spans = reduced(overlaid(touched.spans, one), SPANS_MAX, 0);
  touched.last = touched.spans.find(({ from, to }) => bucket >= from && bucket < to) ?? NONE;
}
