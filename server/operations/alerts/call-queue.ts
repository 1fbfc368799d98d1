// The waiting calls of alerts, in a lane for each alert. All lanes share a bound on calls and bytes. When it is reached, the
// largest lane loses a call. So an alert whose webhook doesn't answer takes only the room that the others don't need.

import type { Recipient } from "../../records/config/recipient.js";

export interface AlertCall {
  alert: string;
  /** The pipeline that the alert's node lies in. */
  pipeline: string;
  recipient: Recipient;
  body: Uint8Array;
}

export interface QueuedCall extends AlertCall {
  tries: number;
}

export interface Lane {
  waiting: QueuedCall[];
  running: number;
  /** Bytes of the calls that wait and that run. */
  bytes: number;
  /** How many tries in a row have failed. A call that began before the last failure doesn't count again. */
  failures: number;
  failedAt: number;
  /** The lane rests until then. */
  restsUntil: number;
}

export interface QueueLimits {
  calls: number;
  bytes: number;
}

/** The bytes that a call takes besides its body. */
const CALL_BYTES = 512;
/** The most small calls that one large call may push out. */
const MOST_PUT_OUT = 64;

export class CallQueue {
  /** The lanes, with the one that was used last at the end. */
  readonly #lanes = new Map<string, Lane>();
  calls = 0;
  bytes = 0;

  constructor(readonly limits: QueueLimits) {}

  /**
   * Adds a call.
   * @returns the calls that were dropped for lack of room, which may include the given one
   */
  add(call: AlertCall): AlertCall[] {
    const key = keyOf(call);
    const bytes = sizeOf(call);
    const own = this.#lanes.get(key) ?? newLane();
    const out: AlertCall[] = [];
    while (this.calls + 1 > this.limits.calls || this.bytes + bytes > this.limits.bytes) {
      const heaviest = this.#heaviest(own, bytes);
      const last = out.length < MOST_PUT_OUT ? heaviest?.waiting.pop() : undefined;
      if (heaviest === undefined || last === undefined) return [...out, call];
      this.#left(heaviest, last);
      this.#forget(heaviest, last);
      out.push(last);
    }
    this.#lanes.set(key, own);
    own.waiting.push({ ...call, tries: 0 });
    own.bytes += bytes;
    this.calls++;
    this.bytes += bytes;
    return out;
  }

  /** Takes the next call of a lane that may begin; lanes take turns. */
  take(now: number, atOnce: (lane: Lane) => number): { lane: Lane; call: QueuedCall } | undefined {
    for (const [key, lane] of this.#lanes) {
      if (lane.restsUntil > now || lane.running >= atOnce(lane)) continue;
      const call = lane.waiting.shift();
      if (call === undefined) continue;
      lane.running++;
      this.#lanes.delete(key);
      this.#lanes.set(key, lane);
      return { lane, call };
    }
    return undefined;
  }

  /** When the next rest of a lane ends; undefined if no call waits for one. */
  nextEnd(): number | undefined {
    let next: number | undefined;
    for (const { waiting, restsUntil } of this.#lanes.values())
      if (waiting.length > 0 && (next === undefined || restsUntil < next)) next = restsUntil;
    return next;
  }

  /** Puts back a call that failed and will be tried again. */
  putBack(lane: Lane, call: QueuedCall): void {
    lane.running--;
    lane.waiting.unshift(call);
  }

  /** Removes a call that ran and is finished. */
  done(lane: Lane, call: QueuedCall): void {
    lane.running--;
    this.#left(lane, call);
    this.#forget(lane, call);
  }

  lanes(): Iterable<Lane> {
    return this.#lanes.values();
  }

  /** Takes out all waiting calls, at the end of the queue. */
  empty(): AlertCall[] {
    const left = [...this.#lanes.values()].flatMap((lane) => {
      const calls = lane.waiting.splice(0);
      for (const call of calls) this.#left(lane, call);
      return calls;
    });
    return left;
  }

  #left(lane: Lane, call: AlertCall): void {
    const bytes = sizeOf(call);
    lane.bytes -= bytes;
    this.bytes -= bytes;
    this.calls--;
  }

  /** Removes a lane that holds no more calls. */
  #forget({ waiting, running }: Lane, call: AlertCall): void {
    if (waiting.length === 0 && running === 0) this.#lanes.delete(keyOf(call));
  }

  /** The largest lane; undefined if that is the lane that wants room. */
  #heaviest(own: Lane, bytes: number): Lane | undefined {
    let heaviest: Lane | undefined;
    let most = this.#share(own, 1, bytes);
    for (const lane of this.#lanes.values()) {
      const share = this.#share(lane, 0, 0);
      if (lane === own || share <= most || lane.waiting.length === 0) continue;
      heaviest = lane;
      most = share;
    }
    return heaviest;
  }

  #share({ waiting, running, bytes }: Lane, moreCalls: number, moreBytes: number): number {
    return Math.max(
      (waiting.length + running + moreCalls) / this.limits.calls,
      (bytes + moreBytes) / this.limits.bytes,
    );
  }
}

const newLane = (): Lane => ({
  waiting: [],
  running: 0,
  bytes: 0,
  failures: 0,
  failedAt: 0,
  restsUntil: 0,
});

const sizeOf = ({ body }: AlertCall): number => body.byteLength + CALL_BYTES;

/**
 * The key of an alert's lane. It includes the URL, so that an alert with a new URL doesn't wait for calls to its former one.
 */
const keyOf = ({ alert, recipient: { url, headers, service } }: AlertCall): string =>
  `${alert}\n${url}\n${JSON.stringify(service ?? headers)}`;
