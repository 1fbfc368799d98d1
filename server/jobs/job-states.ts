// Keeps the states of jobs in the local table of a database. A write that fails, for example because a restore holds the
// database, is tried again until it succeeds.

import type { JobState } from "../records/jobs.js";
import { ownWrites } from "../storage/around-writes.js";
import type { Database } from "../storage/database.js";
import { type JobNotes, readJobState, writeJobState } from "../storage/notes/job-notes.js";
import type { Clock } from "./clock.js";
import { newState, takenUp } from "./due.js";
import type { Job } from "./job.js";

const RETRY_MS = 5_000;

export interface StatesOptions {
  /** Whether these are states of jobs or of their drills. */
  of: JobNotes;
  database: Pick<Database, "read" | "change">;
  clock: Clock;
  /** Ends the tries. */
  signal: AbortSignal;
  /** Called when a write fails, before the next try. */
  onError: (error: unknown) => void;
}

export class JobStates {
  readonly #options: StatesOptions;
  readonly #states = new Map<string, JobState>();

  private constructor(options: StatesOptions) {
    this.#options = options;
  }

  static async open(jobs: readonly Job[], options: StatesOptions): Promise<JobStates> {
    const states = new JobStates(options);
    const now = options.clock.now();
    for (const { name, schedule } of jobs) {
      const kept = await options.database.read((instant) =>
        readJobState(instant, name, options.of),
      );
      const state = kept ? takenUp(kept, schedule, now) : newState(schedule, now);
      states.#states.set(name, state);
      // without this write each start would begin anew, and nothing would be caught up
      if (state !== kept) states.note(name, (same) => same);
    }
    return states;
  }

  get(name: string): JobState {
    return this.#states.get(name) as JobState;
  }

  /** Resolves once the state is on the disk. @throws the error of the last try, once the signal has aborted */
  async change(name: string, how: (state: JobState) => JobState): Promise<void> {
    this.#states.set(name, how(this.get(name)));
    const { of, database, clock, signal, onError } = this.#options;
    for (;;) {
      try {
        // the state of now: another change may have come while this one waited
        await ownWrites(() =>
          database.change((changes) => writeJobState(changes, { of, name }, this.get(name))),
        );
        return;
      } catch (error) {
        if (signal.aborted) throw error;
        onError(error);
      }
      await clock.wait(new Date(clock.now().getTime() + RETRY_MS), signal);
    }
  }

  /** Changes a state without waiting for the disk: a server must start although the disk is full. */
  note(name: string, how: (state: JobState) => JobState): void {
    this.change(name, how).catch(() => {});
  }
}
