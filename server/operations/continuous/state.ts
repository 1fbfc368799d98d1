// How a continuous backup is doing in one destination, for those who watch it.

export class ContinuousState {
  /** Why a snapshot has to cover what deltas don't; undefined if the deltas are whole. */
  broken: string | undefined;
  deltas = 0;
  bytes = 0;
  failures = 0;
  /** When all that waited was last stored, milliseconds since 1970. */
  lastSuccess = 0;
  /** When the first change that waits was seen, by the clock of `performance`. */
  #waitingSince: number | undefined;

  /** Seconds of changes that would be lost with this machine. */
  get possibleLoss(): number {
    return this.#waitingSince === undefined ? 0 : (performance.now() - this.#waitingSince) / 1000;
  }

  looked(isWaiting: boolean): void {
    if (isWaiting) this.#waitingSince ??= performance.now();
    else this.#waitingSince = undefined;
  }

  /**
   * Notes that a delta is stored.
   * @param takenAt by the clock of `performance`; what came later still waits
   */
  stored({ bytes, commits, takenAt }: { bytes: number; commits: number; takenAt: number }): void {
    this.deltas++;
    this.bytes += bytes;
    if (commits > 0 && this.broken === undefined && this.#waitingSince !== undefined)
      this.#waitingSince = Math.max(this.#waitingSince, takenAt);
  }

  succeeded(): void {
    this.broken = undefined;
    this.lastSuccess = Date.now();
  }

  failed(): void {
    this.failures++;
  }

  broke(why: string): void {
    this.broken ??= why;
    this.#waitingSince ??= performance.now();
  }
}
