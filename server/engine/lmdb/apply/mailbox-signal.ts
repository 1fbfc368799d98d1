// How threads that pass blocks on wake the one that owns the transaction, which waits inside it and can't be told by
// an event: a count of messages, and a flag that says to give up, in shared memory.

const COUNT = 0;
const STOPPED = 1;

export class MailboxSignal {
  readonly #cells: Int32Array;

  /** @param memory shared by all its threads; made new if absent */
  constructor(readonly memory: SharedArrayBuffer = new SharedArrayBuffer(8)) {
    this.#cells = new Int32Array(memory);
  }

  /** There is one more message. After it was posted. */
  ring(): void {
    Atomics.add(this.#cells, COUNT, 1);
    Atomics.notify(this.#cells, COUNT);
  }

  /** Nothing more will come: give up. Also seen before messages that are there. */
  stop(): void {
    Atomics.store(this.#cells, STOPPED, 1);
    this.ring();
  }

  get isStopped(): boolean {
    return Atomics.load(this.#cells, STOPPED) === 1;
  }

  /** Read it before you look into the mailbox, and give it to `sleep` if the mailbox was empty. */
  get count(): number {
    return Atomics.load(this.#cells, COUNT);
  }

  /** Waits until there have been more than `seen` rings. */
  sleep(seen: number): void {
    Atomics.wait(this.#cells, COUNT, seen);
  }
}
