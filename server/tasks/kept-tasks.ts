// Keeps tasks, each in a note of its own. Of tasks that have ended, it keeps the newest. Where a note can't be written, for
// example because a restore holds the database, it tries again until it can.

import { setTimeout as sleep } from "node:timers/promises";
import type { KeptTask } from "../records/tasks.js";
import { ownWrites } from "../storage/around-writes.js";
import type { Database } from "../storage/database.js";
import { readTasks, removeTask, writeTask } from "../storage/notes/task-notes.js";

/** How many ended tasks of users are kept, and as many of the server's own. */
export const KEPT_TASKS = 100;
/** A longer report isn't written down, and is shown only while the server runs. */
const OUTCOME_MAX_LENGTH = 1024 * 1024;
const RETRY_MS = 5_000;

export interface KeptTasksOptions {
  database: Pick<Database, "read" | "change">;
  /** Called when a note can't be written. It is tried again. */
  onError: (error: unknown) => void;
}

export class KeptTasks {
  readonly #options: KeptTasksOptions;
  readonly #ending = new AbortController();
  /** Notes that are being tried again. */
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

  /**
   * Resolves after the first try. If that fails, tries go on in the background until the note is written or `close` is called.
   */
  async writeInTime(task: KeptTask, gone: readonly string[] = []): Promise<void> {
    try {
      await this.write(task, gone);
    } catch (error) {
      this.#options.onError(error);
      const writing = this.#untilWritten(task, gone).finally(() => this.#writing.delete(task.id));
      this.#writing.set(task.id, writing);
    }
  }

  /** Ends the tries. The next start reports a task as cut if its end couldn't be written. */
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

/** The ids of ended tasks beyond the limit. @param newest first */
export function tooMany(newest: readonly KeptTask[]): string[] {
  const isEnded = ({ state }: KeptTask) => state !== "running";
  const own = newest.filter((task) => isEnded(task) && task.by === undefined);
  const others = newest.filter((task) => isEnded(task) && task.by !== undefined);
  return [...own.slice(KEPT_TASKS), ...others.slice(KEPT_TASKS)].map(({ id }) => id);
}
