// Segments on their way to repositories: several at once, their memory bounded.

const MOST = { segments: 8, bytes: 32 * 1024 * 1024 };

export class UnderWay {
  readonly #running = new Map<Promise<void>, number>();
  #bytes = 0;
  #error: { cause: unknown } | undefined;

  /** Waits until there is room for so many bytes; one that is larger goes alone. @throws what failed */
  async room(bytes: number): Promise<void> {
    const isFull = () =>
      this.#running.size >= MOST.segments ||
      (this.#running.size > 0 && this.#bytes + bytes > MOST.bytes);
    while (isFull()) await Promise.race(this.#running.keys());
    this.#throwFailed();
  }

  add(work: Promise<unknown>, bytes: number): void {
    const running: Promise<void> = work.then(
      () => this.#end(running),
      (cause) => {
        this.#error ??= { cause };
        this.#end(running);
      },
    );
    this.#running.set(running, bytes);
    this.#bytes += bytes;
  }

  /** Waits for all. @throws what failed */
  async end(): Promise<void> {
    await Promise.all(this.#running.keys());
    this.#throwFailed();
  }

  #end(running: Promise<void>): void {
    this.#bytes -= this.#running.get(running) ?? 0;
    this.#running.delete(running);
  }

  #throwFailed(): void {
    if (this.#error) throw this.#error.cause;
  }
}
