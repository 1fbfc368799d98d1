// Logs calls of alerts that failed or were dropped: the first at once, then their number once a minute. It never logs a URL.

import type { Logger } from "pino";

const EVERY_MS = 60_000;
const MOST_NAMED = 5;

interface Lost {
  error: number;
  dropped: number;
  /** Why the last of these calls was lost. */
  why: string;
}

export class AlertTrail {
  readonly #lost = new Map<string, Lost>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly log: Logger) {}

  lost(alert: string, outcome: "error" | "dropped", why: string): void {
    const known = this.#lost.get(alert) ?? { error: 0, dropped: 0, why };
    known[outcome]++;
    known.why = why;
    this.#lost.set(alert, known);
    if (this.#timer === undefined) this.#tell();
  }

  /** Logs what isn't logged yet. */
  close(): void {
    this.#tell();
    clearTimeout(this.#timer);
  }

  #tell(): void {
    this.#timer = undefined;
    if (this.#lost.size === 0) return;
    const all = [...this.#lost].sort(([, a], [, b]) => total(b) - total(a));
    this.#lost.clear();
    const sum = (what: "error" | "dropped") => all.reduce((so, [, lost]) => so + lost[what], 0);
    const alerts = all.slice(0, MOST_NAMED).map(([alert, lost]) => ({ alert, ...lost }));
    const facts = { failed: sum("error"), dropped: sum("dropped"), of: all.length, alerts };
    this.log.warn(facts, "calls of alerts came to nothing");
    this.#timer = setTimeout(() => this.#tell(), EVERY_MS).unref();
  }
}

const total = ({ error, dropped }: Lost): number => error + dropped;
