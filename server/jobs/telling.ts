// Reports the outcome of runs to people, by webhooks and by pings for healthchecks.io and the like. It tries each call a few
// times. A call that fails is logged, and the run doesn't fail with it. Calls hold no path of this machine, and the log holds
// no address.

import { setTimeout as sleep } from "node:timers/promises";
import { callWebhook } from "../operations/webhooks/call-webhook.js";
import type { ContinuousReport, JobRun, RunningRun } from "../records/jobs.js";
import type { JobNotes } from "../storage/notes/job-notes.js";
import type { Clock } from "./clock.js";
import type { Job } from "./job.js";
import type { JobObserver } from "./jobs.js";

/** The waits between tries. */
const DELAYS_MS = [2_000, 10_000];
/** When the server stops, calls under way get this long. */
const LAST_MS = 3_000;
/** healthchecks.io keeps the first 100 kB. */
const PING_BODY_MAX = 10_000;

export interface TellingOptions {
  /** Whether the runs are those of jobs or of their drills. */
  of?: JobNotes | undefined;
  clock: Clock;
  /** Hides this machine's paths. */
  conceal: (run: JobRun) => JobRun;
  /** Called when a call has failed for the last time. */
  onError: (error: unknown, job: string, whom: string) => void;
}

export class Telling implements JobObserver {
  readonly #options: TellingOptions;
  readonly #stop = new AbortController();
  /** The last call of each job and address. The next one waits for it, so that calls arrive in order. */
  readonly #last = new Map<string, Promise<void>>();

  constructor(options: TellingOptions) {
    this.#options = options;
  }

  started(job: Job, { id }: RunningRun): void {
    this.#ping(job, "/start", { id, body: "" });
  }

  ended(job: Job, given: JobRun): void {
    // the next start runs it again and reports that, unless it was a run on request
    if (given.outcome === "cut" && given.trigger !== "request") return;
    const run = this.#options.conceal(given);
    const isSuccess = run.outcome === "success";
    const what = this.#what(job);
    const text = isSuccess
      ? `${what} went well`
      : `${what} ${ENDED[run.outcome] ?? "failed"}: ${whyOf(run)}`;
    this.#ping(job, isSuccess ? "" : "/fail", { id: run.id, body: isSuccess ? "" : text });
    this.#post(job, { event: this.#event(isSuccess ? "success" : "failure"), text, run });
  }

  overdue(job: Job, since: Date, lastSuccess: string | undefined): void {
    const text =
      `${this.#what(job)} is overdue since ${since.toISOString()}: ` +
      (lastSuccess === undefined ? "it has not succeeded yet" : `it last succeeded ${lastSuccess}`);
    this.#post(job, {
      event: this.#event("overdue"),
      text,
      since: since.toISOString(),
      lastSuccess,
    });
  }

  /** Called when a destination of a continuous job has lacked changes for minutes. */
  behind(job: Job, destination: string, continuous: ContinuousReport): void {
    const { error, needsSnapshot, possibleLossSeconds } = continuous;
    const why = error?.message ?? needsSnapshot ?? "they take long to be stored";
    const text =
      `of backup job ${job.name} of ${job.host}, the changes of the last ${Math.floor(possibleLossSeconds)} seconds ` +
      `are not in ${destination}: ${why}`;
    this.#ping(job, "/fail", { body: text });
    this.#post(job, { event: "behind", text, destination, continuous });
  }

  caughtUp(job: Job, destination: string): void {
    const text = `of backup job ${job.name} of ${job.host}, all changes are in ${destination} again`;
    this.#ping(job, "", { body: text });
    this.#post(job, { event: "caught-up", text, destination });
  }

  /** Resolves once calls under way have arrived, or had their time. */
  async close(): Promise<void> {
    const all = Promise.all(this.#last.values());
    await Promise.race([all, sleep(LAST_MS, undefined, { ref: false })]);
    this.#stop.abort();
    await all;
  }

  #what({ name, host }: Job): string {
    return `${this.#options.of === "drill" ? "the drill of " : ""}backup job ${name} of ${host}`;
  }

  #event(event: string): string {
    return this.#options.of === "drill" ? `drill-${event}` : event;
  }

  #ping({ name, tell }: Job, what: string, { id, body }: { id?: string; body: string }): void {
    const { ping = what === "/fail" ? tell.pingOfFailures : undefined } = tell;
    if (ping === undefined) return;
    const [, base = "", query = ""] = /^([^?#]*)(\?[^#]*)?/.exec(ping) ?? [];
    const run = id === undefined ? "" : `${query === "" ? "?" : "&"}rid=${id}`;
    const url = `${base.replace(/\/+$/, "")}${what}${query}${run}`;
    this.#send(name, "ping", {
      url,
      headers: { "Content-Type": "text/plain; charset=utf-8" },
      body: body.slice(0, PING_BODY_MAX),
    });
  }

  #post({ name, host, tell }: Job, said: object): void {
    const body = JSON.stringify({ job: name, host, ...said });
    for (const { url, headers } of tell.webhooks) {
      const all = { "Content-Type": "application/json", ...headers };
      this.#send(name, "webhook", { url, headers: all, body });
    }
  }

  #send(
    job: string,
    whom: "ping" | "webhook",
    call: { url: string; headers: Record<string, string>; body: string },
  ): void {
    const key = `${job}\n${whom}\n${whom === "ping" ? "" : call.url}`;
    const before = this.#last.get(key) ?? Promise.resolve();
    const sent = before.then(() => this.#tried(job, whom, call));
    this.#last.set(key, sent);
    void sent.then(() => {
      if (this.#last.get(key) === sent) this.#last.delete(key);
    });
  }

  async #tried(
    job: string,
    whom: string,
    call: { url: string; headers: Record<string, string>; body: string },
  ): Promise<void> {
    const { clock, onError } = this.#options;
    const { signal } = this.#stop;
    for (let tries = 0; ; tries++) {
      try {
        await callWebhook({ ...call, what: `the ${whom}`, owner: `the ${whom}` }, signal);
        return;
      } catch (error) {
        const delay = DELAYS_MS[tries];
        if (delay === undefined || signal.aborted) {
          onError(error, job, whom);
          return;
        }
        await clock.wait(new Date(clock.now().getTime() + delay), signal);
      }
    }
  }
}

const ENDED: Partial<Record<JobRun["outcome"], string>> = {
  partial: "failed in part",
  cancelled: "was cancelled",
};

const whyOf = ({ error, destinations }: JobRun): string =>
  [
    ...(error ? [error.message] : []),
    ...destinations.flatMap((one) =>
      one.error ? [`${one.destination}: ${one.error.message}`] : [],
    ),
  ].join("; ");
