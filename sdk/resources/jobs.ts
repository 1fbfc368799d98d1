// client.jobs

import { type Caller, type CallOptions, inPath, take } from "../call.js";
import type { components } from "../schema.js";
import type { Task } from "./tasks.js";

/** A backup job of the server, and what became of its runs. @example `const [{ name, nextRun }]: Job[] = await client.jobs.list()` */
export type Job = components["schemas"]["Job"];

/** A run that has ended. @example `const failed = (run: JobRun) => run.outcome === "failure"` */
export type JobRun = components["schemas"]["JobRun"];

/** The backup jobs that are in the server's settings. @example `await client.jobs.list()` */
export interface Jobs {
  /** What ran, when each runs next, what failed and why. @example `const late = (await client.jobs.list()).filter((job) => job.overdue)` */
  list(options?: CallOptions): Promise<Job[]>;
  /** Begins a run now, and doesn't wait for its end: `client.tasks.wait(run)` does. @throws NotFoundError, ConflictError while one is under way @example `const { run } = await client.jobs.run("nightly")` */
  run(name: string, options?: CallOptions): Promise<{ run: string; task: Task }>;
  /** Begins to restore what it has stored last into scratch, and to check it: `client.tasks.wait(run)` waits for the end. @throws NotFoundError, ConflictError while one is under way @example `const { run } = await client.jobs.drill("nightly")` */
  drill(name: string, options?: CallOptions): Promise<{ run: string; task: Task }>;
  /** Stops its schedule; what runs goes on. @throws NotFoundError @example `const { paused } = await client.jobs.pause("nightly")` */
  pause(name: string, options?: CallOptions): Promise<Job>;
  /** Begins its schedule again; what was missed is not caught up. @throws NotFoundError @example `const { nextRun } = await client.jobs.resume("nightly")` */
  resume(name: string, options?: CallOptions): Promise<Job>;
}

export function jobsOf(caller: Caller): Jobs {
  const { api } = caller;
  const of = (name: string, options: CallOptions | undefined) => ({
    params: { path: { job: inPath("job", name) } },
    ...caller.with(options),
  });
  return {
    list: async (options) => (await take(api.GET("/api/v1/jobs", caller.with(options)))).jobs,
    run: async (name, options) => {
      const { run, task } = await take(api.POST("/api/v1/jobs/{job}/run", of(name, options)));
      return { run, task };
    },
    drill: async (name, options) => {
      const { run, task } = await take(api.POST("/api/v1/jobs/{job}/drill", of(name, options)));
      return { run, task };
    },
    pause: async (name, options) =>
      (await take(api.POST("/api/v1/jobs/{job}/pause", of(name, options)))).job,
    resume: async (name, options) =>
      (await take(api.POST("/api/v1/jobs/{job}/resume", of(name, options)))).job,
  };
}
