// What a task is: something measured, or something made for what is measured, in a process of its own.

import type { Places } from "./places.js";

export interface TaskInput {
  /** A module in `tasks/`. */
  task: string;
  /** A run's temporary directory. */
  home: string;
  /** Log entries. */
  count: number;
  /** What a task that can do several things is to do. */
  variant?: string | undefined;
}

/** Seconds, bytes, megabytes (`memory`), whatever a row of the table is made of. */
export type Facts = Record<string, number>;

export type Task = (places: Places, input: TaskInput) => Promise<Facts>;

export async function seconds(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** The same, and the processor time of all threads of this process. */
export async function used(work: () => unknown): Promise<{ seconds: number; processor: number }> {
  const before = process.cpuUsage();
  const took = await seconds(work);
  const { user, system } = process.cpuUsage(before);
  return { seconds: took, processor: (user + system) / 1e6 };
}
