// Runs a few pieces of work at once, and lets a bounded number of others wait.

export class FewAtOnce {
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @param full makes the error to throw when the queue is full */
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
      // its place goes to the next one in the queue
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
