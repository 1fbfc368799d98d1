// When a process that was told to end is ended by force: LMDB may wait for a disk that gives no answer, or a terminal that
// was stopped holds the event loop. Nothing is lost by it: what was answered is on the disk, what was not is undone.

/** What a server gets beyond the time that it gives to requests. */
const GRACE_MS = 10_000;
/** How long another run may take until it has heard. How long it tidies up then is its own affair. */
const UNHEARD_MS = 10_000;
/** What a run gets that was told twice, or has ended but for its process. */
const AT_ONCE_MS = 3_000;
/** What the kernel gets to end a killed process. One that waits for a disk can't be ended at all. */
const KILLED_MS = 2_000;

/** `late`: it had its time; `twice`: it was not to have any. */
export type Passed = "late" | "twice";

export interface Ending {
  isServer: boolean;
  /** How long a server lets requests go on. */
  stopMs: () => number;
  kill: () => void;
}

export class LastDeadline {
  /** Set once it was ended by force. */
  passed: Passed | undefined;
  /** Milliseconds that it had. */
  ms = 0;
  #times = 0;
  #timer: NodeJS.Timeout | undefined;
  #endedUp: () => void = () => undefined;
  /** Resolves where a process is there even so. */
  readonly isPast = new Promise<void>((resolve) => {
    this.#endedUp = resolve;
  });

  constructor(private readonly ending: Ending) {}

  /** It was told to end. */
  told(): void {
    this.#times++;
    if (this.#times > 1) this.#arm("twice", AT_ONCE_MS);
    else if (this.ending.isServer) this.#armForServer();
    else this.#arm("late", UNHEARD_MS);
  }

  /** Notes that the run has heard of the stop, perhaps from somebody else. */
  heard(): void {
    if (this.ending.isServer) {
      if (this.#timer === undefined) this.#armForServer();
    } else if (this.#times === 1) clearTimeout(this.#timer);
  }

  /** It has done all, and has only to go. */
  done(): void {
    this.#arm("twice", AT_ONCE_MS);
  }

  #armForServer(): void {
    this.#arm("late", this.ending.stopMs() + GRACE_MS);
  }

  #arm(passed: Passed, ms: number): void {
    if (this.passed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.passed = passed;
      this.ms = ms;
      this.ending.kill();
      this.#timer = setTimeout(() => this.#endedUp(), KILLED_MS);
    }, ms);
  }
}
