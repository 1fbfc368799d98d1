// The work that goes on beside requests: purges, indexes to fill or empty, retention. One small transaction after another,
// with room for everybody else in between; what a crash interrupts goes on at the next start.

import { setImmediate } from "node:timers/promises";
import { segments, under } from "../database/keys.js";
import type { Database } from "../database/open.js";
import { transact } from "../database/transact.js";
import { stepIndexJob } from "./index-job.js";
import { firstIndexJob, listPurges } from "./marks.js";
import { stepPurge } from "./purge.js";
import { exceedsLimits, stepRetention } from "./retention.js";

const SWEEP_MS = 1_000;

export interface BackgroundOptions {
  /** Milliseconds since 1970. */
  now: () => number;
  /** Told when the work fails, say because the disk is full. It is tried again a second later. */
  onError: (error: unknown) => void;
}

export class Background {
  readonly #database: Database;
  readonly #options: BackgroundOptions;
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
    this.settle().catch(this.#options.onError);
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
    for (let step = this.#next(); step && !this.#stopped; step = this.#next()) {
      await transact(this.#database, step);
      await setImmediate();
    }
  }

  #next(): (() => void) | undefined {
    const database = this.#database;
    for (const stream of listPurges(database).keys()) return () => stepPurge(database, stream);
    const job = firstIndexJob(database);
    if (job) return () => stepIndexJob(database, job);
    const nowMs = this.#options.now();
    for (const key of database.records.getKeys(under("stream"))) {
      const stream = segments(key as Buffer)[1] ?? "";
      if (exceedsLimits(database, stream, nowMs))
        return () => stepRetention(database, stream, nowMs);
    }
    return undefined;
  }
}
