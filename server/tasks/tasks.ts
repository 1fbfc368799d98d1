// Runs long work of a server as tasks. A user or the server begins a task, users watch and cancel it, and the server remembers
// it for a while. A task has an id, a signal to stop, and an outcome.

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { FlowgError, faultOf } from "../platform/errors.js";
import { knownError } from "../platform/known-error.js";
import type { Scope } from "../records/auth/scopes.js";
import type {
  KeptTask,
  Task,
  TaskEvent,
  TaskFault,
  TaskKind,
  TaskProgress,
} from "../records/tasks.js";
import { ownWrites } from "../storage/around-writes.js";
import { KeptTasks, type KeptTasksOptions, tooMany } from "./kept-tasks.js";
import { TaskEvents } from "./task-events.js";

export interface TasksOptions extends KeptTasksOptions {
  /** Hides paths of this machine from clients. */
  conceal: <T>(data: T) => T;
  /** Called when a task ends, with all details, which only the log may have. */
  onEnded?: ((task: Task) => void) | undefined;
}

/** A task to begin. */
export interface NewTask {
  /** A UUID; a new one if absent. */
  id?: string | undefined;
  kind: TaskKind;
  target: string;
  /** The user that begins it. */
  by?: string | undefined;
  /** The scopes that a caller needs to see and cancel the task. */
  scopes: readonly Scope[];
}

/** What the work of a task gets. */
export interface TaskWork {
  id: string;
  /** Aborts when the task is cancelled, and when the server begins to stop. */
  signal: AbortSignal;
  /** Aborts when a stopping server waits no longer. For work that must not be stopped half done. */
  lastSignal: AbortSignal;
  progress(progress: TaskProgress): void;
}

/** A task whose work goes on elsewhere. */
export interface TrackedTask {
  progress(progress: TaskProgress): void;
  ended(end: TaskEnd): void;
}

export type TaskEnd = Pick<KeptTask, "state" | "outcome" | "error">;

interface Live {
  task: KeptTask;
  events: TaskEvents;
  cancel?: ((why: FlowgError) => void) | undefined;
  done?: Promise<void> | undefined;
}

export class Tasks {
  readonly #options: TasksOptions;
  readonly #kept: KeptTasks;
  readonly #live = new Map<string, Live>();
  readonly #ending = new AbortController();
  readonly #last = new AbortController();

  constructor(options: TasksOptions) {
    this.#options = options;
    this.#kept = new KeptTasks(options);
  }

  /** Reads the tasks of earlier runs of the server. Those that ran when it ended were cut. */
  async start(): Promise<void> {
    for (const task of await this.#kept.read()) {
      this.#add(task);
      if (task.state !== "running") continue;
      Object.assign(task, { state: "cut", endedAt: now(), error: CUT });
      delete task.cancelling;
      this.#options.onEnded?.(task);
      await this.#kept.writeInTime(task);
    }
  }

  /** Stops all tasks, and resolves once none runs. Work that must not be stopped half done gets this long. */
  async stop(ms: number): Promise<void> {
    this.#ending.abort(new FlowgError("CANCELLED", "the server stops"));
    const all = Promise.all([...this.#live.values()].map(({ done }) => done));
    const timer = new AbortController();
    const late = sleep(ms, undefined, { signal: timer.signal, ref: false }).then(
      () => this.#last.abort(this.#ending.signal.reason),
      () => {},
    );
    await all;
    timer.abort();
    await late;
    await this.#kept.close();
  }

  /**
   * Begins a task. Its caller may be gone before it ends.
   * @throws BUSY where the server stops; what writing its note throws: nothing has begun then
   */
  async begin(
    spec: NewTask,
    work: (of: TaskWork) => Promise<Record<string, unknown>>,
  ): Promise<Task> {
    this.#demandGoing();
    const live = this.#make(spec);
    const { task } = live;
    const stop = new AbortController();
    live.cancel = (why) => stop.abort(why);
    const onEnding = () => stop.abort(this.#ending.signal.reason);
    // a server that is killed now must know of the task at its next start
    await this.#kept.write(task);
    this.#demandGoing();
    this.#ending.signal.addEventListener("abort", onEnding);
    this.#add(task, live);
    const of: TaskWork = {
      id: task.id,
      signal: stop.signal,
      lastSignal: this.#last.signal,
      progress: (progress) => this.#progress(live, progress),
    };
    live.done = ownWrites(() => this.#carryOut(() => work(of), stop.signal))
      .then((end) => this.#end(live, end))
      .finally(() => this.#ending.signal.removeEventListener("abort", onEnding));
    return shown(task);
  }

  /** Shows work that goes on elsewhere as a task, even if its note can't be written. */
  track(spec: NewTask, cancel: (why: FlowgError) => void): TrackedTask {
    const live = this.#make(spec);
    live.cancel = cancel;
    this.#add(live.task, live);
    const noted = this.#kept.writeInTime(live.task);
    return {
      progress: (progress) => this.#progress(live, progress),
      ended: (end) => {
        live.done = noted.then(() => this.#end(live, end));
      },
    };
  }

  /** Newest first. */
  list(): KeptTask[] {
    return [...this.#live.values()].map(({ task }) => task).sort(newestFirst);
  }

  /** @throws NOT_FOUND */
  get(id: string): KeptTask {
    return this.#demand(id).task;
  }

  /**
   * Asks a task to stop. It may be too late for that.
   * @throws NOT_FOUND, CONFLICT where it has ended
   */
  cancel(id: string, by: string): Task {
    const { task, cancel } = this.#demand(id);
    if (task.state !== "running") {
      throw new FlowgError("CONFLICT", `the task has ended: it ${WORDS[task.state]}`, {
        hint: "there is nothing left to cancel",
      });
    }
    task.cancelling = true;
    cancel?.(new FlowgError("CANCELLED", `${by} has cancelled it`));
    return shown(task);
  }

  /** @param after the number of the last event that is known @throws NOT_FOUND */
  events(id: string, after: number | undefined, signal: AbortSignal): AsyncGenerator<TaskEvent> {
    return this.#demand(id).events.listen(after, signal);
  }

  /** How many are listening to tasks. */
  get listeners(): number {
    return [...this.#live.values()].reduce((sum, { events }) => sum + events.listeners, 0);
  }

  #demandGoing(): void {
    if (this.#ending.signal.aborted) throw new FlowgError("BUSY", "the server stops");
  }

  #demand(id: string): Live {
    const live = this.#live.get(id.toLowerCase());
    if (live) return live;
    throw new FlowgError("NOT_FOUND", `there is no task ${JSON.stringify(id)}`, {
      hint: "list the tasks: the server remembers the newest hundred",
    });
  }

  #make({ id = randomUUID(), kind, target, by, scopes }: NewTask): Live {
    const begun = { id, kind, target, ...(by === undefined ? {} : { by }) };
    const task: KeptTask = { ...begun, state: "running", begunAt: now(), scopes, events: 0 };
    return { task, events: new TaskEvents(() => shown(task)) };
  }

  #add(task: KeptTask, live?: Live): void {
    const events = new TaskEvents(() => shown(task), task.events);
    this.#live.set(task.id, live ?? { task, events });
  }

  #progress({ task, events }: Live, given: TaskProgress): void {
    if (task.state !== "running") return;
    task.progress = this.#options.conceal(given);
    events.progress(task.progress);
  }

  async #carryOut(
    work: () => Promise<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<TaskEnd> {
    try {
      return { state: "succeeded", outcome: await work() };
    } catch (error) {
      if (!(error instanceof FlowgError)) this.#options.onError(error);
      const isStopped = signal.aborted && error instanceof FlowgError && error.code === "CANCELLED";
      const state = !isStopped ? "failed" : this.#ending.signal.aborted ? "cut" : "cancelled";
      return { state, error: faultIn(error), ...outcomeIn(error) };
    }
  }

  async #end({ task, events }: Live, end: TaskEnd): Promise<void> {
    const { state, outcome, error } = end;
    const whole = { ...shown(task), ...end, endedAt: now() };
    delete task.cancelling;
    Object.assign(
      task,
      this.#options.conceal({ ...(outcome && { outcome }), ...(error && { error }) }),
    );
    Object.assign(task, { state, endedAt: whole.endedAt, events: events.last + 1 });
    const gone = tooMany(this.list());
    for (const id of gone) this.#live.delete(id);
    this.#options.onEnded?.(whole);
    // written before listeners hear of the end, so that a server that is killed now says the same at its next start
    await this.#kept.writeInTime(task, gone);
    events.end(shown(task));
  }
}

const now = () => new Date().toISOString();

const CUT: TaskFault = {
  code: "CANCELLED",
  message: "the server ended while this went on",
  hint: "begin it again",
};

const WORDS = {
  running: "goes on",
  succeeded: "succeeded",
  failed: "failed",
  cancelled: "was cancelled",
  cut: "was cut by the server's end",
} as const;

/** The task as clients see it. */
export const shown = ({ scopes: _, events: __, ...task }: KeptTask): Task => task;

const newestFirst = (a: Task, b: Task): number => {
  if (a.begunAt !== b.begunAt) return a.begunAt > b.begunAt ? -1 : 1;
  return a.id > b.id ? -1 : 1;
};

function faultIn(error: unknown): TaskFault {
  const known = knownError(error);
  const { outcome: _, ...details } = known.details;
  return { ...faultOf(known), ...(Object.keys(details).length > 0 ? { details } : {}) };
}

/** The part of the work that was done before the error. */
function outcomeIn(error: unknown): Pick<TaskEnd, "outcome"> {
  const { outcome } = error instanceof FlowgError ? error.details : {};
  return outcome === undefined ? {} : { outcome: outcome as Record<string, unknown> };
}
