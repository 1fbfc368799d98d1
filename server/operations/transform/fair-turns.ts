// Decides who is next where one is served at a time: those that wait share its time evenly, whatever each turn takes.

const MOST_REMEMBERED = 1_000;

export class FairTurns {
  /** What each had, or would have had if it had always waited. */
  readonly #had = new Map<string, number>();
  /** What the one had that was served last. */
  #clock = 0;

  /** Call it for one that begins to wait. One that comes anew makes up for nothing that it missed. */
  join(who: string): void {
    this.#had.set(who, Math.max(this.#had.get(who) ?? 0, this.#clock));
    if (this.#had.size <= MOST_REMEMBERED) return;
    for (const [other, had] of this.#had)
      if (had <= this.#clock && other !== who) this.#had.delete(other);
  }

  /** The one of these that had least; of several, the first. */
  next(waiting: Iterable<string>): string | undefined {
    let next: string | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const who of waiting) {
      const had = this.#had.get(who) ?? this.#clock;
      if (had >= least) continue;
      next = who;
      least = had;
    }
    if (next !== undefined) this.#clock = Math.max(this.#clock, least);
    return next;
  }

  /** Its turn took so long. */
  took(who: string, ms: number): void {
    this.#had.set(who, Math.max(this.#had.get(who) ?? 0, this.#clock) + ms);
  }
}
