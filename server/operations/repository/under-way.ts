// Segments on their way to repositories: several at once, their memory bounded.

/** How much may be under way at once. A larger thing goes alone. */
export interface Most {
  segments: number;
  bytes: number;
}

const MIB = 1024 * 1024;
/**
 * Compressing goes on in one thread, and little that waits for it keeps that busy. More of what isn't compressed yet would make
 * the collector of garbage work at each of its rises and falls: a seventh of a backup's processor time was that (measured).
 */
export const PACKING: Most = { segments: 3, bytes: 6 * MIB };
/** Compressed segments wait for a place, which may be slow. */
export const STORING: Most = { segments: 8, bytes: 32 * MIB };

export class UnderWay {
  readonly #most: Most;
  readonly #running = new Map<Promise<void>, number>();
  #bytes = 0;
  #error: { cause: unknown } | undefined;

  constructor(most: Most) {
    this.#most = most;
  }

  /** Waits until there is room for this many bytes. A larger object goes alone. @throws what failed */
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
