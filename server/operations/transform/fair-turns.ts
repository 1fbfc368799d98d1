// Decides whose turn is next where one is served at a time. Those that wait share the time evenly, however long each turn
// takes.

const MOST_REMEMBERED = 1_000;

export class FairTurns {
  /** The time that each has had, counting its time before it joined as an even share. */
  readonly #had = new Map<string, number>();
  /** The time that the last one served had had. */
  #clock = 0;

  /** Call it when one begins to wait. It gets no extra time for the turns that it missed. */
  join(who: string): void {
    this.#had.set(who, Math.max(this.#had.get(who) ?? 0, this.#clock));
    if (this.#had.size <= MOST_REMEMBERED) return;
    for (const [other, had] of this.#had)
      if (had <= this.#clock && other !== who) this.#had.delete(other);
  }

  /** The one that has had least time; of several, the first. */
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

  /** Notes how long a turn took. */
  took(who: string, ms: number): void {
    this.#had.set(who, Math.max(this.#had.get(who) ?? 0, this.#clock) + ms);
  }
}
