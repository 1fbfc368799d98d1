// Runs the jobs of a server, or their drills, when they are due. A job has one run at a time. Its state is kept, and observers
// learn of each run. Where the server's end has cut a run, the next start catches up on it.

import { randomUUID } from "node:crypto";
import { FlowgError, faultOf } from "../platform/errors.js";
import { knownError } from "../platform/known-error.js";
import { nearName } from "../platform/messages/near-name.js";
import type {
  JobProgress,
  JobReport,
  JobRun,
  JobState,
  RunningRun,
  Trigger,
} from "../records/jobs.js";
import { ownWrites } from "../storage/around-writes.js";
import type { Database } from "../storage/database.js";
import type { JobNotes } from "../storage/notes/job-notes.js";
import type { Carried, CarryOut } from "./carry-out.js";
import type { Clock } from "./clock.js";
import { believed, type Looked, lookAt } from "./due.js";
import type { Job } from "./job.js";
import { JobStates } from "./job-states.js";
import { stateAfter } from "./state-after.js";

/** A run that begins later than this after its time counts as caught up. */
const LATE_MS = 60_000;

export type CaughtUp = "now" | "at-next-start" | "never";

/** Learns of runs, in order for each job. A run neither waits for an observer nor fails with it. */
export interface JobObserver {
  started(job: Job, run: RunningRun): void;
  /**
   * Called when a run ends.
   * @param caughtUp when another run takes the place of one that was cut
   */
  ended(job: Job, run: JobRun, caughtUp: CaughtUp): void;
  /** Called once for each time that the job becomes overdue. */
  overdue(job: Job, since: Date, lastSuccess: string | undefined): void;
}

/** A run as others see it while it goes on. */
export interface TrackedRun {
  progress(progress: JobProgress): void;
  ended(run: JobRun): void;
}

/** A run that begins. */
export interface BegunRun {
  job: Job;
  run: RunningRun;
  /** The user that has asked for it. */
  by: string | undefined;
  cancel: (why: FlowgError) => void;
}

export interface JobsOptions {
  /** Whether these are jobs or their drills, whose states are kept apart. */
  of?: JobNotes | undefined;
  jobs: readonly Job[];
  /** Where their states are kept. */
  database: Pick<Database, "read" | "change">;
  carryOut: CarryOut;
  clock: Clock;
  observers: readonly JobObserver[];
  /** Called when a run begins. */
  track?: ((begun: BegunRun) => TrackedRun) | undefined;
  /** Called once all states are known, before anything runs. */
  onReady?: (() => void) | undefined;
  /** Called with faults after which the jobs go on. */
  onError: (error: unknown, job: string | undefined) => void;
}

interface Running {
  run: RunningRun;
  /** Aborts when the server stops. */
  stop: AbortController;
  /** Aborts on a request. */
  cancel: AbortController;
  tracked?: TrackedRun | undefined;
  progress?: JobProgress;
  done: Promise<void>;
}

export class Jobs {
  readonly #options: JobsOptions;
  readonly #jobs: ReadonlyMap<string, Job>;
  readonly #running = new Map<string, Running>();
  readonly #ending = new AbortController();
  #states: JobStates | undefined;
  #wake = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(options: JobsOptions) {
    this.#options = options;
    this.#jobs = new Map(options.jobs.map((job) => [job.name, job]));
  }

  /** Takes up the states that earlier runs of the server left, and begins to run due jobs. */
  async start(): Promise<void> {
    if (this.#jobs.size === 0) return;
    const { of = "job", database, clock, onError, jobs } = this.#options;
    this.#states = await JobStates.open(jobs, {
      of,
      database,
      clock,
      signal: this.#ending.signal,
      onError: (error) => onError(error, undefined),
    });
    for (const job of this.#jobs.values()) this.#takeUpCutRun(job);
    this.#options.onReady?.();
    this.#loop = this.#runAll();
  }

  /** Cuts the runs that are under way. Resolves once they have ended. */
  async stop(): Promise<void> {
    this.#ending.abort(new FlowgError("CANCELLED", "the server stops"));
    for (const { stop } of this.#running.values()) stop.abort(this.#ending.signal.reason);
    this.#wake.abort();
    await this.#loop;
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  /** Reports in the order of the settings. */
  list(): JobReport[] {
    if (this.#jobs.size > 0) this.#demandStates();
    return [...this.#jobs.values()].map((job) => this.#reportOf(job));
  }

  /** @throws NOT_FOUND */
  report(name: string): JobReport {
    return this.#reportOf(this.#demand(name));
  }

  /**
   * Begins a run now, also of a job that is paused.
   * @param by the user that asks for it
   * @returns its id
   * @throws NOT_FOUND, CONFLICT where it runs already, BUSY where the server starts or stops
   */
  run(name: string, by?: string, trigger: "request" | "continuous" = "request"): string {
    const job = this.#demand(name);
    if (this.#ending.signal.aborted) throw new FlowgError("BUSY", "the server stops");
    if (this.#running.has(name)) {
      const what = this.#options.of === "drill" ? "a drill of the job" : "the job";
      throw new FlowgError("CONFLICT", `${what} ${name} is running`, {
        hint: "wait until that run has ended: `flowg jobs list` shows it",
      });
    }
    // the client that asked may be gone before it ends
    const due = this.#options.clock.now();
    return ownWrites(() => this.#begin(job, { trigger, due, by })).id;
  }

  /** Pauses a job. A run that is under way goes on to its end. @throws NOT_FOUND */
  async pause(name: string): Promise<void> {
    this.#demand(name);
    await this.#change(name, (state) => ({ ...state, paused: true }));
  }

  /** Resumes a job. Runs that were due meanwhile are not caught up. @throws NOT_FOUND */
  async resume(name: string): Promise<void> {
    this.#demand(name);
    const now = this.#options.clock.now().toISOString();
    await this.#change(name, (state) =>
      state.paused ? { ...state, paused: false, covered: now, waitsSince: now } : state,
    );
  }

  async #change(name: string, how: (state: JobState) => JobState): Promise<void> {
    await this.#states?.change(name, how);
    this.#wake.abort();
  }

  #state({ name }: Job): JobState {
    return (this.#states as JobStates).get(name);
  }

  #demand(name: string): Job {
    const job = this.#jobs.get(name);
    if (job) {
      this.#demandStates();
      return job;
    }
    if (this.#jobs.size === 0) {
      throw new FlowgError("NOT_FOUND", "this server has no backup jobs", {
        hint: "jobs are in the settings of the server: flowg serve --settings, or --backup-schedule",
      });
    }
    const names = [...this.#jobs.keys()];
    const near = nearName(name, names);
    throw new FlowgError("NOT_FOUND", `there is no job ${JSON.stringify(name)}`, {
      hint: near === undefined ? `the jobs are ${names.join(", ")}` : `did you mean ${near}?`,
    });
  }

  /** A server answers before it has read the states. @throws BUSY */
  #demandStates(): void {
    if (this.#states) return;
    throw new FlowgError("BUSY", "the server is still reading the states of its jobs", {
      hint: "try again in a moment",
    });
  }

  #look(job: Job): Looked {
    return lookAt(job, this.#state(job), this.#options.clock.now());
  }

  #reportOf(job: Job): JobReport {
    const { schedule, destinations, name } = job;
    const state = this.#state(job);
    const { next, overdueAt } = this.#look(job);
    const running = this.#running.get(name);
    return {
      name,
      schedule: schedule.expression,
      timeZone: schedule.timeZone,
      paused: state.paused,
      ...(next && !state.paused ? { nextRun: next.at.toISOString() } : {}),
      overdue: !state.paused && overdueAt !== undefined && overdueAt <= this.#options.clock.now(),
      ...(running
        ? { running: { ...running.run, ...(running.progress && { progress: running.progress }) } }
        : {}),
      ...(state.last ? { lastRun: state.last } : {}),
      ...(state.lastSuccess ? { lastSuccess: state.lastSuccess } : {}),
      destinations: destinations.map(({ name }) => ({ ...state.destinations[name], name })),
    };
  }

  /** Ends a run that is still noted as running: a server that was killed left it. */
  #takeUpCutRun(job: Job): void {
    const { running } = this.#state(job);
    if (!running) return;
    const run: JobRun = {
      ...running,
      endedAt: this.#options.clock.now().toISOString(),
      outcome: "cut",
      destinations: [],
      error: { code: "CANCELLED", message: "the server ended while this ran" },
      notes: [],
    };
    this.#states?.note(job.name, ({ running: _, ...state }) => ({ ...state, last: run }));
    const caughtUp = this.#isStillDue(job) ? "now" : "never";
    for (const observer of this.#options.observers) observer.ended(job, run, caughtUp);
  }

  /** Whether the run is still due. A job that is paused, or was paused since, doesn't catch up. */
  #isStillDue(job: Job): boolean {
    return !this.#state(job).paused && this.#look(job).isDue;
  }

  async #runAll(): Promise<void> {
    const { clock } = this.#options;
    while (!this.#ending.signal.aborted) {
      this.#wake = new AbortController();
      const times: number[] = [];
      for (const job of this.#jobs.values()) {
        const at = this.#lookAfter(job);
        if (at !== undefined) times.push(at);
      }
      const until = times.length > 0 ? new Date(Math.min(...times)) : undefined;
      await clock.wait(until, this.#wake.signal);
    }
  }

  /** @returns the time to look at the job again, if nothing happens before */
  #lookAfter(job: Job): number | undefined {
    const { clock, observers } = this.#options;
    const now = clock.now();
    const kept = this.#state(job);
    const state = believed(kept, job.schedule, now);
    if (state !== kept)
      void this.#change(job.name, (one) => believed(one, job.schedule, now)).catch(() => {});
    if (state.paused) return undefined;
    const { next, isDue, overdueAt } = this.#look(job);
    const times: number[] = [];
    if (overdueAt && state.overdueTold !== overdueAt.toISOString()) {
      if (overdueAt <= now) {
        for (const observer of observers) observer.overdue(job, overdueAt, state.lastSuccess);
        const overdueTold = overdueAt.toISOString();
        void this.#change(job.name, (state) => ({ ...state, overdueTold })).catch(() => {});
      } else times.push(overdueAt.getTime());
    }
    // the end of a run wakes
    if (!this.#running.has(job.name) && next) {
      if (isDue)
        this.#begin(job, {
          trigger: now.getTime() - next.at.getTime() > LATE_MS ? "catch-up" : "schedule",
          due: next.due,
        });
      else times.push(next.at.getTime());
    }
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  #begin(
    job: Job,
    { trigger, due, by }: { trigger: Trigger; due: Date; by?: string | undefined },
  ): RunningRun {
    const run: RunningRun = {
      id: randomUUID(),
      trigger,
      dueAt: due.toISOString(),
      startedAt: this.#options.clock.now().toISOString(),
    };
    const cancel = new AbortController();
    const running: Running = { run, stop: new AbortController(), cancel, done: Promise.resolve() };
    this.#running.set(job.name, running);
    running.tracked = this.#options.track?.({ job, run, by, cancel: (why) => cancel.abort(why) });
    running.done = this.#carryOut(job, running)
      .catch((error: unknown) => this.#options.onError(error, job.name))
      .finally(() => {
        this.#running.delete(job.name);
        this.#wake.abort();
      });
    return run;
  }

  async #carryOut(job: Job, running: Running): Promise<void> {
    const { clock, carryOut, observers } = this.#options;
    const { run, stop, cancel } = running;
    const states = this.#states as JobStates;
    await states.change(job.name, (state) => ({ ...state, running: run }));
    for (const observer of observers) observer.started(job, run);
    const carried = await this.#tried(() =>
      carryOut({
        job,
        signal: stop.signal,
        cancelled: cancel.signal,
        onProgress: (progress) => {
          running.progress = progress;
          running.tracked?.progress(progress);
        },
      }),
    );
    const isCut = this.#ending.signal.aborted && carried.error !== undefined;
    const isCancelled = cancel.signal.aborted && carried.error?.code === "CANCELLED";
    const ended: JobRun = {
      ...run,
      endedAt: clock.now().toISOString(),
      outcome: isCut ? "cut" : isCancelled ? "cancelled" : (carried.found?.outcome ?? "failure"),
      destinations: carried.found?.destinations ?? [],
      ...(carried.error ? { error: carried.error } : {}),
      notes: carried.found?.notes ?? [],
    };
    await states.change(job.name, (state) => stateAfter(state, ended, carried.found));
    const caughtUp = this.#isStillDue(job) ? "at-next-start" : "never";
    for (const observer of observers) observer.ended(job, ended, caughtUp);
    running.tracked?.ended(ended);
  }

  async #tried(
    work: () => Promise<Carried>,
  ): Promise<{ found?: Carried; error?: JobRun["error"] }> {
    try {
      return { found: await work() };
    } catch (error) {
      if (!(error instanceof FlowgError)) this.#options.onError(error, undefined);
      return { error: faultOf(knownError(error)) };
    }
  }
}
