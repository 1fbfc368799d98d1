// Counts the outcomes of syslog messages. Senders get no answer, so the server's log reports losses now and then.

import type { Logger } from "pino";

/**
 * The outcome of a message. `stored`: all pipelines that take syslog stored it. `failed`: some of them didn't. `dropped`: there
 * was no room, there were too many connections, or the server ended. `refused`: its address may not send. `unrouted`: no
 * pipeline takes syslog. `cut`: it was too long, which counts beside its other outcome.
 */
export const SYSLOG_OUTCOMES = [
  "stored",
  "failed",
  "dropped",
  "refused",
  "unrouted",
  "cut",
] as const;
export type SyslogOutcome = (typeof SYSLOG_OUTCOMES)[number];

const TOLD_MS = 10_000;

export class SyslogCounts {
  readonly totals = Object.fromEntries(SYSLOG_OUTCOMES.map((of) => [of, 0])) as Record<
    SyslogOutcome,
    number
  >;
  #told = { ...this.totals };
  #error: unknown;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly log: Pick<Logger, "warn">) {}

  add(outcome: SyslogOutcome, count = 1): void {
    if (count === 0) return;
    this.totals[outcome] += count;
    if (outcome !== "stored") this.#tellSoon();
  }

  /** Notes why messages aren't stored. */
  failed(error: unknown): void {
    this.#error = error;
    this.#tellSoon();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#tell();
  }

  /** Logs the first loss at once, and later ones together. */
  #tellSoon(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#tell()) this.#tellSoon();
    }, TOLD_MS).unref();
    setImmediate(() => this.#tell());
  }

  #tell(): boolean {
    const losses: Record<string, number> = {};
    for (const outcome of SYSLOG_OUTCOMES) {
      const count = this.totals[outcome] - this.#told[outcome];
      if (count > 0 && outcome !== "stored") losses[outcome] = count;
    }
    const hasNews = Object.keys(losses).length > 0 || this.#error !== undefined;
    if (hasNews)
      this.log.warn(
        { ...losses, ...(this.#error ? { err: this.#error } : {}) },
        "syslog messages were lost, or wait",
      );
    this.#told = { ...this.totals };
    this.#error = undefined;
    return hasNews;
  }
}
