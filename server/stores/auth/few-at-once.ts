// A few places for work that takes a core, and a queue of bounded length for them.

export class FewAtOnce {
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @param full what is thrown when places and queue are taken */
  constructor(
    private readonly limits: { places: number; waiting: number },
    private readonly full: () => Error,
  ) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.limits.places) {
      if (this.#waiting.length >= this.limits.waiting) throw this.full();
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running += 1;
    try {
      return await work();
    } finally {
      // its place goes to the next, who doesn't take another
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
