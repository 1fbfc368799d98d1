// The work beside requests: purges, filling and clearing indexes, retention. It runs one small transaction after another, and
// others get their turn in between. After a crash it goes on at the next start.

import { setImmediate } from "node:timers/promises";
import { segments, under } from "../../records/keys.js";
import { decodeValue, type StreamRecord } from "../../records/records.js";
import { ownWrites } from "../../storage/around-writes.js";
import type { Changes, Database } from "../../storage/database.js";
import { lastRestore } from "../../storage/notes/last-restore.js";
import { firstIndexJob, firstPurge, getPurge } from "../../storage/notes/unfinished-work.js";
import type { Instant } from "../../storage/tables.js";
import { stepIndexJob } from "../../storage/unfinished/index-job.js";
import { stepPurge } from "../../storage/unfinished/purge.js";
import { BATCH_BYTES, BATCH_ENTRIES } from "../../storage/unfinished/remove-entries.js";
import { lookAtRetention, stepRetention } from "./retention.js";
import { RetentionSchedule } from "./retention-schedule.js";

const SWEEP_MS = 1_000;
/** Streams that are read within one turn of the event loop. */
const READ_AT_ONCE = 500;
/** Streams that are checked within one turn. Each takes a few reads. */
const LOOKED_AT_ONCE = 64;

export interface BackgroundOptions {
  /** Milliseconds since 1970. */
  now: () => number;
  /** Called when the work fails, for example because the disk is full. It is tried again a second later. */
  onError: (error: unknown) => void;
}

export class Background {
  readonly #database: Database;
  readonly #options: BackgroundOptions;
  readonly #schedule = new RetentionSchedule();
  /** The last restore before the schedule was made; undefined until then. */
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
    ownWrites(() => this.finishWork()).catch(this.#options.onError);
  }

  /** Notes that a stream was made, changed or deleted. */
  changed(stream: string): void {
    this.#schedule.look(stream);
    this.kick();
  }

  /** Notes the oldest entry that was just stored in a stream. */
  stored(stream: string, ms: number): void {
    this.#schedule.stored(stream, ms);
  }

  /** Does all the work there is. */
  async finishWork(): Promise<void> {
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
      const job = await this.#database.read((instant) => this.#nextJob(instant));
      const streams = job ? [] : this.#schedule.take(nowMs, LOOKED_AT_ONCE);
      if (job) await this.#database.change(job);
      else if (streams.length > 0) await this.#retain(streams, nowMs);
      else return;
      await setImmediate();
    }
  }

  #nextJob(instant: Instant): ((changes: Changes) => void) | undefined {
    const purged = firstPurge(instant);
    if (purged !== undefined) {
      return (changes) => {
        stepPurge(changes, purged);
        // its size was unknown during the purge
        if (!getPurge(changes, purged)) this.#schedule.look(purged);
      };
    }
    const job = firstIndexJob(instant);
    return job && ((changes) => stepIndexJob(changes, job));
  }

  /** Reads all streams once, and again after each restore: the restore's thread doesn't tell this one what it has changed. */
  async #makeSchedule(): Promise<void> {
    const restore = await this.#database.read(lastRestore);
    if (restore === this.#madeAfter) return;
    this.#schedule.clear();
    const range = under("stream");
    for (let isWhole = false; !isWhole && !this.#stopped; ) {
      const some = await this.#database.read(({ records }) => [
        ...records.findRange({ ...range, limit: READ_AT_ONCE }),
      ]);
      for (const { key, value, isWhole: isRead } of some) {
        // the next possible key has one zero byte more
        range.start = Buffer.concat([key, Buffer.alloc(1)]);
        // a damaged stream's limits are unknown, so nothing in it is removed
        if (!isRead) continue;
        const { ttl, size } = decodeValue<StreamRecord>(value);
        if (ttl > 0 || size > 0) this.#schedule.look(segments(key)[1] ?? "");
      }
      isWhole = some.length < READ_AT_ONCE;
      await setImmediate();
    }
    if (!this.#stopped) this.#madeAfter = restore;
  }

  /** Removes what must go of these streams, as much as one transaction may, and plans when to look at them again. */
  async #retain(streams: readonly string[], nowMs: number): Promise<void> {
    const looks = await this.#database.read((instant) =>
      streams.map((stream) => ({ stream, ...lookAtRetention(instant, stream, nowMs) })),
    );
    for (const { stream, record, oldestMs, isDue } of looks)
      this.#schedule.plan(stream, record, isDue ? undefined : oldestMs);
    const due = looks.filter(({ isDue }) => isDue).map(({ stream }) => stream);
    if (due.length === 0) return;
    // the next look finds what is left, also if this fails
    for (const stream of due) this.#schedule.look(stream);
    await this.#database.change((changes) => {
      let entries = 0;
      let bytes = 0;
      for (const stream of due) {
        const removed = stepRetention(changes, stream, nowMs);
        entries += removed.entries;
        bytes += removed.bytes;
        if (entries >= BATCH_ENTRIES || bytes >= BATCH_BYTES) return;
      }
    });
  }
}
