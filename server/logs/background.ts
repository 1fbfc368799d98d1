// The work that goes on beside requests: purges, indexes to fill or empty, retention. One small transaction after another,
// with room for everybody else in between; what a crash interrupts goes on at the next start.

import { setImmediate } from "node:timers/promises";
import { segments, under } from "../database/keys.js";
import { lastRestore } from "../database/last-restore.js";
import type { Database } from "../database/open.js";
import { decodeValue, type StreamRecord } from "../database/records.js";
import { ownWrites, transact } from "../database/transact.js";
import { stepIndexJob } from "./index-job.js";
import { firstIndexJob, firstPurge, getPurge } from "./marks.js";
import { stepPurge } from "./purge.js";
import { BATCH_BYTES, BATCH_ENTRIES } from "./remove-entries.js";
import { lookAtRetention, stepRetention } from "./retention.js";
import { RetentionSchedule } from "./retention-schedule.js";

const SWEEP_MS = 1_000;
/** Streams that are read within one turn of the event loop. */
const READ_AT_ONCE = 500;
/** Streams that are looked at within one turn: each takes a few reads. */
const LOOKED_AT_ONCE = 64;

export interface BackgroundOptions {
  /** Milliseconds since 1970. */
  now: () => number;
  /** Told when the work fails, say because the disk is full. It is tried again a second later. */
  onError: (error: unknown) => void;
}

export class Background {
  readonly #database: Database;
  readonly #options: BackgroundOptions;
  readonly #schedule = new RetentionSchedule();
  /** The restore that the schedule was made after; undefined as long as it isn't made. */
  #madeAfter: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(database: Database, options: BackgroundOptions) {
    this.#database = database;
    this.#options = options;
  }

  /** From now on looks for work every second. */
  start(): void {
    this.#timer ??= setInterval(() => this.kick(), SWEEP_MS).unref();
    this.kick();
  }

  /** Looks for work now, if it has been started. */
  kick(): void {
    if (this.#timer === undefined || this.#running !== undefined) return;
    ownWrites(() => this.settle()).catch(this.#options.onError);
  }

  /** A stream was made, changed or deleted. */
  changed(stream: string): void {
    this.#schedule.look(stream);
    this.kick();
  }

  /** An entry was stored; of several in a stream, the oldest. */
  stored(stream: string, ms: number): void {
    this.#schedule.stored(stream, ms);
  }

  /** Does all the work there is. */
  async settle(): Promise<void> {
    // a run that is under way may have looked before the latest work came up
    await this.#running?.catch(() => {});
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  /** Resolves once nothing runs any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#running?.catch(() => {});
  }

  async #run(): Promise<void> {
    const nowMs = this.#options.now();
    await this.#makeSchedule();
    this.#schedule.beginRound();
    while (!this.#stopped) {
      const job = this.#nextJob();
      const streams = job ? [] : this.#schedule.take(nowMs, LOOKED_AT_ONCE);
      if (job) await transact(this.#database, job);
      else if (streams.length > 0) await this.#retain(streams, nowMs);
      else return;
      await setImmediate();
    }
  }

  #nextJob(): (() => void) | undefined {
    const database = this.#database;
    const purged = firstPurge(database);
    if (purged !== undefined) {
      return () => {
        stepPurge(database, purged);
        // until it ended, its size was unknown
        if (!getPurge(database, purged)) this.#schedule.look(purged);
      };
    }
    const job = firstIndexJob(database);
    return job && (() => stepIndexJob(database, job));
  }

  /** Reads all streams once, and again after each restore: nobody tells this thread what another one has changed. */
  async #makeSchedule(): Promise<void> {
    const restore = lastRestore(this.#database);
    if (restore === this.#madeAfter) return;
    this.#schedule.clear();
    const range = under("stream");
    for (let isWhole = false; !isWhole && !this.#stopped; ) {
      let read = 0;
      const some = this.#database.records.findRange({ ...range, limit: READ_AT_ONCE });
      for (const { key, value, isWhole: isRead } of some) {
        read += 1;
        // the key after it is the one with a zero byte more
        range.start = Buffer.concat([key as Buffer, Buffer.alloc(1)]);
        // the limits of what is damaged nobody knows: nothing of it is removed
        if (!isRead) continue;
        const { ttl, size } = decodeValue<StreamRecord>(value);
        if (ttl > 0 || size > 0) this.#schedule.look(segments(key as Buffer)[1] ?? "");
      }
      isWhole = read < READ_AT_ONCE;
      await setImmediate();
    }
    if (!this.#stopped) this.#madeAfter = restore;
  }

  /** Removes what must go of these streams, as much as one transaction may, and plans when to look at them again. */
  async #retain(streams: readonly string[], nowMs: number): Promise<void> {
    const database = this.#database;
    const due: string[] = [];
    for (const stream of streams) {
      const { record, oldestMs, isDue } = lookAtRetention(database, stream, nowMs);
      this.#schedule.plan(stream, record, isDue ? undefined : oldestMs);
      if (isDue) due.push(stream);
    }
    if (due.length === 0) return;
    // what is left of them is seen at the next look, also when this fails
    for (const stream of due) this.#schedule.look(stream);
    await transact(database, () => {
      let entries = 0;
      let bytes = 0;
      for (const stream of due) {
        const removed = stepRetention(database, stream, nowMs);
        entries += removed.entries;
        bytes += removed.bytes;
        if (entries >= BATCH_ENTRIES || bytes >= BATCH_BYTES) return;
      }
    });
  }
}
