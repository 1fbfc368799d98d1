// Shows that the server is working, and for how long, while no byte moves.

import type { ServerProgress } from "../../sdk/index.js";
import type { OnProgress, Progress } from "../../server/records/reports.js";

const TICK_MS = 1000;

/** Reports it each second, until it is disposed of. */
export function waiting(database: Progress["database"], onProgress: OnProgress): Disposable {
  const tell = () => onProgress({ database, phase: "waiting", records: 0, bytes: 0 });
  tell();
  const timer = setInterval(tell, TICK_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

interface Sent {
  database: Progress["database"];
  bytes: number;
  totalBytes?: number | undefined;
}

/** Reports how much of a file has been sent, and then that the server works on it. */
export class Uploading implements Disposable {
  #waiting: Disposable | undefined;

  constructor(
    private readonly phase: "verifying" | "restoring",
    private readonly onProgress: OnProgress,
  ) {}

  readonly sent = ({ database, bytes, totalBytes }: Sent): void => {
    const total = totalBytes === undefined ? {} : { totalBytes };
    this.onProgress({ database, phase: this.phase, records: 0, bytes, ...total });
    if (bytes === totalBytes) this.#waiting ??= waiting(database, this.onProgress);
  };

  /** Passes on the server's own progress, which replaces the clock. */
  readonly server = (progress: ServerProgress): void => {
    this.#waiting?.[Symbol.dispose]();
    const { totalRecords, totalBytes, ...known } = progress;
    this.onProgress({
      ...known,
      ...(totalRecords === undefined ? {} : { totalRecords }),
      ...(totalBytes === undefined ? {} : { totalBytes }),
    });
  };

  [Symbol.dispose](): void {
    this.#waiting?.[Symbol.dispose]();
  }
}
