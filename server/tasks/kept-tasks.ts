// Which tasks are kept, and how: each in a note of its own, the newest of those that have ended. Where a note can't be written,
// for example because a restore holds the database, it is tried until it can.

import { setTimeout as sleep } from "node:timers/promises";
import type { KeptTask } from "../records/tasks.js";
import { ownWrites } from "../storage/around-writes.js";
import type { Database } from "../storage/database.js";
import { readTasks, removeTask, writeTask } from "../storage/notes/task-notes.js";

/** How many tasks of people are kept, and as many of the server's own. */
export const KEPT_TASKS = 100;
/** A report that is longer is told as long as the server runs. */
const OUTCOME_MAX_LENGTH = 1024 * 1024;
const RETRY_MS = 5_000;

export interface KeptTasksOptions {
  database: Pick<Database, "read" | "change">;
  /** Told of what can't be written, and is tried again. */
  onError: (error: unknown) => void;
}

export class KeptTasks {
  readonly #options: KeptTasksOptions;
  readonly #ending = new AbortController();
  /** Tasks that are on their way to the disk. */
  readonly #writing = new Map<string, Promise<void>>();

  constructor(options: KeptTasksOptions) {
    this.#options = options;
  }

  async read(): Promise<KeptTask[]> {
    return await this.#options.database.read(readTasks);
  }

  /** @throws what writing throws */
  async write(task: KeptTask, gone: readonly string[] = []): Promise<void> {
    await ownWrites(() =>
      this.#options.database.change((changes) => {
        writeTask(changes, noted(task));
        for (const id of gone) removeTask(changes, id);
      }),
    );
  }

  /** Resolves after the first try; it goes on in the background until it is written, or all ends. */
  async writeInTime(task: KeptTask, gone: readonly string[] = []): Promise<void> {
    try {
      await this.write(task, gone);
    } catch (error) {
      this.#options.onError(error);
      const writing = this.#untilWritten(task, gone).finally(() => this.#writing.delete(task.id));
      this.#writing.set(task.id, writing);
    }
  }

  /** Ends all waiting: what can't be written now is told as cut by the next start. */
  async close(): Promise<void> {
    this.#ending.abort();
    await Promise.all(this.#writing.values());
  }

  async #untilWritten(task: KeptTask, gone: readonly string[]): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      await sleep(RETRY_MS, undefined, { signal, ref: false }).catch(() => {});
      try {
        await this.write(task, gone);
        return;
      } catch (error) {
        this.#options.onError(error);
      }
    }
  }
}

function noted(task: KeptTask): KeptTask {
  const { outcome, ...rest } = task;
  if (outcome === undefined || JSON.stringify(outcome).length <= OUTCOME_MAX_LENGTH) return task;
  return rest;
}

/** The ids of those that are too many. @param newest first */
export function tooMany(newest: readonly KeptTask[]): string[] {
  const isEnded = ({ state }: KeptTask) => state !== "running";
  const own = newest.filter((task) => isEnded(task) && task.by === undefined);
  const others = newest.filter((task) => isEnded(task) && task.by !== undefined);
  return [...own.slice(KEPT_TASKS), ...others.slice(KEPT_TASKS)].map(({ id }) => id);
}
