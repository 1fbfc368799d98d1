// Remembers when to look at which stream, so that a round costs what is due, not what exists. It holds only streams with
// limits. The look itself decides whether entries go (see `retention`).

import type { StreamRecord } from "../../records/records.js";

type Limits = Pick<StreamRecord, "ttl" | "size">;

interface Planned {
  limits: Limits;
  /** When the oldest entry expires, milliseconds since 1970. */
  due: number;
}

interface Appointment {
  stream: string;
  due: number;
}

const NEVER = Number.POSITIVE_INFINITY;
/** Moved appointments stay in the heap until their time. More of them than this are cleared out. */
const MOVED_MAX = 1_000;

export class RetentionSchedule {
  readonly #planned = new Map<string, Planned>();
  /** A binary heap: the appointment at n is due no later than those at 2n + 1 and 2n + 2. */
  #heap: Appointment[] = [];
  readonly #toLook = new Set<string>();
  /** Streams to look at in the next round, so that a stream that keeps filling isn't looked at all the time. */
  #filled = new Set<string>();

  /** Asks for a look: the limits or the entries of a stream may have changed. */
  look(stream: string): void {
    this.#toLook.add(stream);
  }

  /** Notes that an entry was stored. For a stream without limits this costs almost nothing. */
  stored(stream: string, ms: number): void {
    const planned = this.#planned.get(stream);
    if (!planned) return;
    if (planned.limits.size > 0) this.#filled.add(stream);
    const due = dueAt(planned.limits, ms);
    if (due < planned.due) this.#move(stream, planned, due);
  }

  /**
   * Takes the findings of a look.
   * @param limits undefined for a stream that doesn't exist
   * @param oldestMs the time of the oldest entry, if there is one
   */
  plan(stream: string, limits: Limits | undefined, oldestMs: number | undefined): void {
    this.#planned.delete(stream);
    if (!limits || (limits.ttl <= 0 && limits.size <= 0)) return;
    const planned = { limits, due: NEVER };
    this.#planned.set(stream, planned);
    if (oldestMs !== undefined) this.#move(stream, planned, dueAt(limits, oldestMs));
  }

  beginRound(): void {
    for (const stream of this.#filled) this.#toLook.add(stream);
    this.#filled = new Set();
  }

  /** Takes the streams to look at now, at most this many. The caller plans each again. */
  take(nowMs: number, most: number): string[] {
    const streams: string[] = [];
    for (const stream of this.#toLook) {
      if (streams.length >= most) return streams;
      this.#toLook.delete(stream);
      streams.push(stream);
    }
    for (let first = this.#heap[0]; first && first.due <= nowMs; first = this.#heap[0]) {
      if (streams.length >= most) return streams;
      this.#removeFirst();
      const planned = this.#planned.get(first.stream);
      if (planned?.due !== first.due) continue;
      planned.due = NEVER;
      streams.push(first.stream);
    }
    return streams;
  }

  clear(): void {
    this.#planned.clear();
    this.#toLook.clear();
    this.#filled.clear();
    this.#heap = [];
  }

  #move(stream: string, planned: Planned, due: number): void {
    planned.due = due;
    if (due === NEVER) return;
    if (this.#heap.length > this.#planned.size + MOVED_MAX) {
      const lasting = this.#heap.filter((one) => this.#planned.get(one.stream)?.due === one.due);
      this.#heap = [];
      for (const one of lasting) this.#insert(one);
    }
    this.#insert({ stream, due });
  }

  #insert(appointment: Appointment): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const above = (at - 1) >>> 1;
      const other = heap[above] as Appointment;
      if (other.due <= appointment.due) break;
      heap[at] = other;
      at = above;
    }
    heap[at] = appointment;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if ((heap[below + 1]?.due ?? NEVER) < (heap[below]?.due ?? NEVER)) below++;
      const other = heap[below];
      if (!other || other.due >= last.due) break;
      heap[at] = other;
      at = below;
    }
    heap[at] = last;
  }
}

/** The first millisecond at which an entry of `ms` has expired. */
const dueAt = ({ ttl }: Limits, ms: number): number => (ttl > 0 ? ms + ttl * 1000 + 1 : NEVER);
