// The numbered events of one task, for any number of listeners. It keeps the last ones, so a listener that lost the connection
// goes on at the same place. A listener slower than the task misses some progress, but never the end.

import type { Task, TaskEvent, TaskProgress } from "../records/tasks.js";

/** How many events are kept for listeners that come back. */
const KEPT_EVENTS = 200;
/** The least time between two reports of progress, short enough for a bar that moves. */
const PAUSE_MS = 250;

export class TaskEvents {
  #last: number;
  #kept: TaskEvent[] = [];
  #stage: { name: string; at: number } | undefined;
  readonly #listeners = new Set<() => void>();

  /** @param last the number of the last event, for a task from before a restart */
  constructor(
    private readonly now: () => Task,
    last = 0,
  ) {
    this.#last = last;
  }

  get last(): number {
    return this.#last;
  }

  /** How many are listening. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** Reports progress. Within a phase it leaves out steps that come too fast. */
  progress(data: TaskProgress): void {
    const name = `${data.database} ${data.phase}`;
    const at = performance.now();
    if (this.#stage?.name === name && at - this.#stage.at < PAUSE_MS) return;
    this.#stage = { name, at };
    this.#tell({ id: this.#last + 1, event: "progress", data });
  }

  /** Ends the events; older progress is dropped. */
  end(data: Task): void {
    this.#kept = [];
    this.#tell({ id: this.#last + 1, event: "end", data });
  }

  /**
   * Gives the events until the task ends or the signal aborts.
   * @param after the number of the last event that the listener has; without it, the first event is the task's state now
   */
  async *listen(after: number | undefined, signal: AbortSignal): AsyncGenerator<TaskEvent> {
    let told = after;
    let wake = () => {};
    const listener = () => wake();
    this.#listeners.add(listener);
    signal.addEventListener("abort", listener);
    try {
      const task = this.now();
      if (told === undefined) {
        told = this.#last;
        if (task.state !== "running") {
          yield { id: told, event: "end", data: task };
          return;
        }
        yield { id: told, event: "task", data: task };
      } else if (task.state !== "running") {
        yield { id: this.#last, event: "end", data: task };
        return;
      }
      // a number from the future is a mistake, and must not hide the next events
      told = Math.min(told, this.#last);
      while (!signal.aborted) {
        const [next] = this.#kept.filter(({ id }) => id > (told as number));
        if (next) {
          told = next.id;
          yield next;
          if (next.event === "end") return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      signal.removeEventListener("abort", listener);
      this.#listeners.delete(listener);
    }
  }

  #tell(event: TaskEvent): void {
    this.#last = event.id;
    this.#kept.push(event);
    if (this.#kept.length > KEPT_EVENTS) this.#kept.shift();
    for (const listener of [...this.#listeners]) listener();
  }
}
