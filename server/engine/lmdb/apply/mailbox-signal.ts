// Wakes the thread that owns the transaction. That thread waits inside the transaction, where no event reaches it. So other
// threads count their messages, and set a flag to give up, in shared memory.

const COUNT = 0;
const STOPPED = 1;

export class MailboxSignal {
  readonly #cells: Int32Array;

  /** @param memory shared by all its threads; made new if absent */
  constructor(readonly memory: SharedArrayBuffer = new SharedArrayBuffer(8)) {
    this.#cells = new Int32Array(memory);
  }

  /** Announces one more message. Call it after posting that. */
  ring(): void {
    Atomics.add(this.#cells, COUNT, 1);
    Atomics.notify(this.#cells, COUNT);
  }

  /** Tells the thread to give up, even before messages that are there. */
  stop(): void {
    Atomics.store(this.#cells, STOPPED, 1);
    this.ring();
  }

  get isStopped(): boolean {
    return Atomics.load(this.#cells, STOPPED) === 1;
  }

  /** The number of rings. Read it before looking into the mailbox, and give it to `sleep` if that was empty. */
  get count(): number {
    return Atomics.load(this.#cells, COUNT);
  }

  /** Waits until there have been more than `seen` rings. */
  sleep(seen: number): void {
    Atomics.wait(this.#cells, COUNT, seen);
  }
}
