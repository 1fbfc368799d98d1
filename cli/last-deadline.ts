// Ends a process by force if it doesn't end when it is told to. LMDB may wait for a disk that doesn't answer, or a stopped
// terminal may block the event loop. That loses nothing: what was answered is on the disk, and the rest is undone.

/** The time of a server beyond the time that it gives to requests. */
const GRACE_MS = 10_000;
/** How long another run may take until it reports that it has heard. Then it may tidy up as long as it wants. */
const UNHEARD_MS = 10_000;
/** The time of a run that was told twice, or that has done everything. */
const AT_ONCE_MS = 3_000;
/** The time of the kernel to end a killed process. A process that waits for a disk can't be ended. */
const KILLED_MS = 2_000;

/** `late`: its time was over. `twice`: it was told twice, or had done everything. */
export type Passed = "late" | "twice";

export interface Ending {
  isServer: boolean;
  /** How long a server lets requests go on. */
  stopMs: () => number;
  kill: () => void;
}

export class LastDeadline {
  /** Set once the process was ended by force. */
  passed: Passed | undefined;
  /** The milliseconds that it had. */
  ms = 0;
  #times = 0;
  #timer: NodeJS.Timeout | undefined;
  #endedUp: () => void = () => undefined;
  /** Resolves if the process doesn't even end by force. */
  readonly isPast = new Promise<void>((resolve) => {
    this.#endedUp = resolve;
  });

  constructor(private readonly ending: Ending) {}

  /** Notes that the process was told to end. */
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

  /** Notes that it has done everything, and must only end. */
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
