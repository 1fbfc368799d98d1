// Keeps several segments under way to repositories at once, within bounds of memory.

/** How much may be under way at once. A segment above the bound goes alone. */
export interface Most {
  segments: number;
  bytes: number;
}

const MIB = 1024 * 1024;
/**
 * One thread compresses, and a short queue keeps it busy. A longer queue costs garbage collection: a seventh of a backup's
 * processor time (measured).
 */
export const PACKING: Most = { segments: 3, bytes: 6 * MIB };
/** Compressed segments wait for the place, which may be slow. */
export const STORING: Most = { segments: 8, bytes: 32 * MIB };

export class UnderWay {
  readonly #most: Most;
  readonly #running = new Map<Promise<void>, number>();
  #bytes = 0;
  #error: { cause: unknown } | undefined;

  constructor(most: Most) {
    this.#most = most;
  }

  /** Waits until there is room for this many bytes. @throws what failed */
  async room(bytes: number): Promise<void> {
    const isFull = () =>
      this.#running.size >= this.#most.segments ||
      (this.#running.size > 0 && this.#bytes + bytes > this.#most.bytes);
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
