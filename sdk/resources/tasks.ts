// client.tasks

import { type Caller, type CallOptions, inPath, take } from "../call.js";
import { unexpected } from "../error-answer.js";
import { ConnectionError, TimeoutError } from "../errors.js";
import { Limits } from "../limits.js";
import { connectionError } from "../network-fault.js";
import { milliseconds } from "../options.js";
import type { components } from "../schema.js";
import { chunksOf, serverSentEvents } from "../server-sent-events.js";

/** Long work of the server. @example `const isDone = (task: Task) => task.state !== "running"` */
export type Task = components["schemas"]["Task"];

/** How far a task is. @example `const tell = ({ phase, records }: TaskProgress) => show(phase, records)` */
export type TaskProgress = components["schemas"]["TaskProgress"];

/** What is told of a task: how it is when one begins to listen, how far it is, how it ended. @example `const stateOf = (said: TaskEvent) => (said.event === "progress" ? "running" : said.task.state)` */
export type TaskEvent =
  | { event: "task" | "end"; task: Task }
  | { event: "progress"; progress: TaskProgress };

/** How a task is followed. @example `const options: FollowOptions = { onProgress: ({ phase }) => show(phase) }` */
export interface FollowOptions extends CallOptions {
  /** Told how far it is. */
  onProgress?: ((progress: TaskProgress) => void) | undefined;
}

/** Long work of the server: runs of jobs, and what is done with snapshots. @example `await client.tasks.list()` */
export interface Tasks {
  /** Newest first: the caller's own, and those whose scopes the caller holds. @example `const running = (await client.tasks.list()).filter(({ state }) => state === "running")` */
  list(options?: CallOptions): Promise<Task[]>;
  /** One of them. @throws NotFoundError, PermissionDeniedError for another user's @example `const { state, progress } = await client.tasks.get(uuid)` */
  get(id: string, options?: CallOptions): Promise<Task>;
  /** Asks for its end: nothing is left half done, and what can't be undone any more succeeds. @throws NotFoundError, ConflictError where it has ended @example `await client.tasks.cancel(uuid)` */
  cancel(id: string, options?: CallOptions): Promise<Task>;
  /** Tells of it until it has ended, across connections that break. @throws NotFoundError @example `for await (const said of client.tasks.events(uuid)) show(said.event)` */
  events(id: string, options?: CallOptions): AsyncGenerator<TaskEvent, void, undefined>;
  /** Waits for its end, however it ends: look at `state`. @throws NotFoundError @example `const { state, error } = await client.tasks.wait(uuid)` */
  wait(id: string, options?: FollowOptions): Promise<Task>;
}

/** The server's comments come every 15 seconds. */
const SILENCE_MS = 60_000;
const TRY_AGAIN_MS = 1_000;
/** So often in a row nothing comes: the server is gone, not only a connection. */
const TRIES = 5;

export function tasksOf(caller: Caller): Tasks {
  const { api } = caller;
  const of = (id: string, options: CallOptions | undefined) => ({
    params: { path: { task: inPath("task", id) } },
    ...caller.with(options),
  });
  const events = (id: string, options: CallOptions = {}) =>
    follow(caller, inPath("task", id), options);
  return {
    list: async (options) => (await take(api.GET("/api/v1/tasks", caller.with(options)))).tasks,
    get: async (id, options) => (await take(api.GET("/api/v1/tasks/{task}", of(id, options)))).task,
    cancel: async (id, options) =>
      (await take(api.DELETE("/api/v1/tasks/{task}", of(id, options)))).task,
    events,
    wait: async (id, options) => {
      for await (const said of events(id, options)) {
        if (said.event === "end") return said.task;
        if (said.event === "progress") options?.onProgress?.(said.progress);
      }
      throw unexpected("events without an end");
    },
  };
}

async function* follow(
  caller: Caller,
  id: string,
  { signal, timeout = SILENCE_MS }: CallOptions,
): AsyncGenerator<TaskEvent, void, undefined> {
  milliseconds("timeout", timeout);
  let known: string | undefined;
  for (let tries = 1; ; ) {
    try {
      for await (const { said, id: number } of listen(caller, { id, known, signal, timeout })) {
        known = number ?? known;
        tries = 1;
        yield said;
        if (said.event === "end") return;
      }
      throw connectionError(new Error("the server ended the events"), caller.settings.baseUrl);
    } catch (error) {
      const isBroken = error instanceof ConnectionError || error instanceof TimeoutError;
      if (!isBroken || signal?.aborted || tries++ >= TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
    }
  }
}

interface Listening {
  id: string;
  /** The last event that is known. */
  known: string | undefined;
  signal: AbortSignal | undefined;
  timeout: number;
}

/** One connection. */
async function* listen(caller: Caller, { id, known, signal, timeout }: Listening) {
  const limits = new Limits(signal);
  const url = `${caller.settings.baseUrl}/api/v1/tasks/${encodeURIComponent(id)}/events`;
  try {
    limits.allow(timeout, "there was no answer");
    const headers = {
      Accept: "text/event-stream",
      ...(known === undefined ? {} : { "Last-Event-ID": known }),
    };
    const response = await caller.open(new Request(url, { headers, redirect: "manual" }), limits);
    const type = response.headers.get("content-type") ?? "nothing";
    if (!/^text\/event-stream\b/i.test(type)) throw unexpected(`${type}, not events`);
    const alive = () => limits.allow(timeout, "the server gave no sign of life");
    for await (const { event, data, id } of serverSentEvents(chunksOf(response.body, alive))) {
      if (event === "progress")
        yield { id, said: { event, progress: JSON.parse(data) } as TaskEvent };
      else if (event === "task" || event === "end")
        yield { id, said: { event, task: JSON.parse(data) } as TaskEvent };
    }
  } catch (error) {
    throw limits.explain(connectionError(error, url));
  } finally {
    // lets go of the connection, where the reader has left
    limits.end();
  }
}
