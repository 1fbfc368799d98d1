// A bounded queue of messages between the network and the pipelines, which takes one group at a time. When it is full,
// datagrams are dropped and counted, and connections aren't read.

import { setImmediate, setTimeout } from "node:timers/promises";
import { ingestAlong } from "../operations/ingest/batch-through-pipeline.js";
import type { Ingesting } from "../operations/ingest/through-pipeline.js";
import { FlowgError } from "../platform/errors.js";
import type { Plan } from "../records/config/plan.js";
import { LogBatch } from "../records/logs/log-batch.js";
import type { Fields } from "../records/logs/written-fields.js";
import type { SyslogCounts } from "./counts.js";
import { textOf } from "./framing.js";
import { readMessage, type Sender } from "./message.js";

const MOST_WAITING = 20_000;
const MOST_BYTES_WAITING = 16 * 1024 * 1024;
/** Connections are read again once this share of the bounds is free. */
const ROOM = 0.5;
/** The most messages of a group. Each group waits for the disk, so small ones couldn't keep up on a slow disk. */
const TOGETHER = 1_000;
const RETRY_MS = 1_000;
/** This many messages are parsed before requests get a turn. */
const IN_A_TURN = 100;

export interface Message {
  bytes: Buffer;
  sender: Sender;
}

/** Errors that pass by themselves: the server can't store now, but nothing is wrong with the messages. */
const PASSING: ReadonlySet<string> = new Set([
  "BUSY",
  "DISK_FULL",
  "DATABASE_UNAVAILABLE",
  "DATABASE_REPLACED",
]);

export class Intake {
  #waiting: Message[] = [];
  #bytes = 0;
  #underway = 0;
  #working: Promise<void> | undefined;
  readonly #roomListeners = new Set<() => void>();
  readonly #stop = new AbortController();

  constructor(
    private readonly ingesting: Ingesting,
    private readonly counts: SyslogCounts,
  ) {}

  /** How many messages wait or are being stored. */
  get waiting(): number {
    return this.#waiting.length + this.#underway;
  }

  get isFull(): boolean {
    return this.#waiting.length >= MOST_WAITING || this.#bytes >= MOST_BYTES_WAITING;
  }

  /**
   * Offers a message.
   * @param isLast whether it is the last of its connection; such a message is taken beyond the bounds
   * @returns false if it was dropped
   */
  offer(message: Message, isLast = false): boolean {
    if ((this.isFull && !isLast) || this.#stop.signal.aborted) {
      this.counts.add("dropped");
      return false;
    }
    this.#waiting.push(message);
    this.#bytes += message.bytes.length;
    this.#working ??= this.#work();
    return true;
  }

  /** Calls the listener once there is room again. */
  onRoom(listener: () => void): () => void {
    this.#roomListeners.add(listener);
    return () => this.#roomListeners.delete(listener);
  }

  /** Stores the waiting messages, for this long at most, and drops the rest. */
  async stop(ms: number): Promise<void> {
    const late = new AbortController();
    const isLate = setTimeout(ms, undefined, { signal: late.signal }).catch(() => undefined);
    while (this.#working && !this.#stop.signal.aborted) {
      const isOver = await Promise.race([this.#working.then(() => false), isLate.then(() => true)]);
      if (isOver) this.#stop.abort();
    }
    late.abort();
    this.#stop.abort();
    await this.#working;
    this.counts.add("dropped", this.#waiting.length);
    this.#waiting = [];
  }

  async #work(): Promise<void> {
    // messages that come in the same turn of the event loop go along
    await setTimeout(0);
    while (this.#waiting.length > 0 && !this.#stop.signal.aborted) {
      const group = this.#waiting.splice(0, TOGETHER);
      for (const { bytes } of group) this.#bytes -= bytes.length;
      this.#underway = group.length;
      await this.#deliver(group);
      this.#underway = 0;
      if (this.#waiting.length <= MOST_WAITING * ROOM && this.#bytes <= MOST_BYTES_WAITING * ROOM)
        for (const listener of [...this.#roomListeners]) listener();
    }
    this.#working = undefined;
  }

  async #deliver(group: readonly Message[]): Promise<void> {
    const nowMs = Date.now();
    const logs: { index: number; fields: Fields }[] = [];
    for (const [index, { bytes, sender }] of group.entries()) {
      if (index > 0 && index % IN_A_TURN === 0) await setImmediate();
      logs.push({ index, fields: readMessage(textOf(bytes), sender, nowMs) });
    }
    const failed = new Set<number>();
    try {
      const plans = await this.#plans();
      if (plans.length === 0) {
        this.counts.add("unrouted", group.length);
        return;
      }
      // FlowG offers each message to every pipeline
      for (const plan of plans) await this.#through(plan, logs, failed);
    } catch (error) {
      this.counts.failed(error);
      for (const { index } of logs) failed.add(index);
    }
    this.counts.add("failed", failed.size);
    this.counts.add("stored", group.length - failed.size);
  }

  async #plans(): Promise<readonly Plan[]> {
    for (;;) {
      try {
        return await this.ingesting.config.syslogPlans();
      } catch (error) {
        await this.#pause(error);
      }
    }
  }

  async #through(plan: Plan, all: LogBatch["logs"], failed: Set<number>): Promise<void> {
    let logs = all;
    while (logs.length > 0) {
      try {
        const { refused } = await ingestAlong(plan, new LogBatch(logs, []), this.ingesting);
        for (const { index } of refused) failed.add(index);
        const [first] = refused;
        if (first)
          this.counts.failed(
            new FlowgError(
              first.code,
              `pipeline ${JSON.stringify(plan.pipeline)}: ${first.message}`,
            ),
          );
        return;
      } catch (error) {
        await this.#pause(error);
        // the messages before `next` are stored, except for refused ones
        const { next = 0, refusedIndexes = [] } = (error as FlowgError).details;
        for (const index of refusedIndexes as number[]) failed.add(index);
        logs = logs.filter(({ index }) => index >= Number(next));
      }
    }
  }

  /**
   * Waits before the next try.
   * @throws an error that doesn't pass by itself, and any error once the intake stops
   */
  async #pause(error: unknown): Promise<void> {
    const passes = error instanceof FlowgError && PASSING.has(error.code);
    if (!passes || this.#stop.signal.aborted) throw error;
    this.counts.failed(error);
    await setTimeout(RETRY_MS, undefined, { signal: this.#stop.signal }).catch(() => {
      throw error;
    });
  }
}
