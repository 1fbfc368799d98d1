// The flushes of a database whose entries may be answered once they are committed (`--durability committed`).
//
// LMDB flushes the pages of a commit before it writes the meta page that leads to them. Here it leaves the meta page in the
// kernel's memory (MDB_NOMETASYNC). The next commit flushes it with its own pages, or a flush within a second does. If the
// power fails before that, the file is whole and stands at the commit before, because LMDB writes into no page that either of
// the last two commits needs. So a power cut costs the last commit at most. If only the process dies, nothing is lost: the
// kernel writes what it has taken.
//
// All of this needs flushes that succeed. After a failed one, the kernel may count a meta page as written that never reached
// the disk. The disk may then stand at an older commit than LMDB believes, and the second commit from there would write into
// pages that the older one needs. So after a failure, nothing is written before the database has settled: one small commit,
// which needs none of these pages, and then a flush. The same holds at the start, because an earlier process may have met a
// failure.

import { FlowgError } from "../../platform/errors.js";

const LATER_MS = 1_000;

/** What flushes do to a database. */
export interface Flushed {
  /** Has the kernel write all that it has taken. */
  sync(): Promise<void>;
  /** Commits something that changes nothing. */
  commit(): Promise<void>;
  /** Whether another thread holds the write lock for long. The database can't settle meanwhile. */
  isExcluding(): boolean;
  /** Told when answered entries can't be flushed, and with nothing, once all of them are. */
  tell(error?: unknown): void;
}

export class Flushes {
  #isSettled = false;
  #settling: Promise<void> | undefined;
  #flushing: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Whether a change was answered for which no flush has begun. */
  #owes = false;
  #isTold = false;
  #isClosed = false;

  constructor(private readonly database: Flushed) {}

  /** Whether a commit may follow another one before that is flushed. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /**
   * Makes sure that the last commit is on the disk.
   * @throws what LMDB throws; then nothing may be written
   */
  settle(): Promise<void> {
    this.#settling ??= this.#settle().finally(() => {
      this.#settling = undefined;
    });
    return this.#settling;
  }

  /** Call it inside a transaction, because a commit may have failed while that waited. @throws BUSY */
  demandSettled(): void {
    if (this.#isSettled) return;
    throw new FlowgError("BUSY", "a write to the logs database before this one failed", {
      hint: "send it again in a few seconds; nothing was stored",
      details: { retryAfterSeconds: 5 },
    });
  }

  /** Call it after a commit that failed. */
  failed(): void {
    this.#isSettled = false;
  }

  /** Flushes what was committed, within a second. */
  later(): void {
    this.#owes = true;
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#flushOwed();
    }, LATER_MS).unref();
  }

  /**
   * Flushes what was committed before this call.
   * @throws what LMDB throws: the caller's commit may be lost if the power fails
   */
  now(): Promise<void> {
    // the flush under way may have begun before the caller's commit
    this.#next ??= (this.#flushing ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => {
        this.#flushing = this.#next;
        this.#next = undefined;
        return this.#sync();
      });
    return this.#next;
  }

  /** Resolves once no flush is under way. Needed before the file is closed. */
  async idle(): Promise<void> {
    await Promise.allSettled([this.#settling, this.#flushing, this.#next]);
  }

  /** Flushes for the last time. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#flushOwed();
    await this.idle();
  }

  async #settle(): Promise<void> {
    await this.now();
    await this.database.commit();
    await this.now();
    this.#isSettled = true;
    this.#tellMended();
  }

  async #sync(): Promise<void> {
    const owed = this.#owes;
    this.#owes = false;
    try {
      await this.database.sync();
    } catch (error) {
      this.#owes ||= owed;
      this.#isSettled = false;
      throw error;
    }
  }

  #tellMended(): void {
    if (this.#isTold) this.database.tell();
    this.#isTold = false;
  }

  async #flushOwed(): Promise<void> {
    if (!this.#owes) return;
    try {
      if (this.#isSettled) await this.now();
      else if (!this.database.isExcluding()) await this.settle();
      else this.later();
    } catch (error) {
      if (!this.#isTold) this.database.tell(error);
      this.#isTold = true;
      this.later();
    }
  }
}
