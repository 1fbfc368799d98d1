// Reports the progress of a restore that applies a verified source.

import type { DatabaseKind } from "../../records/kinds.js";
import type { OnProgress } from "../../records/reports.js";
import type { VerifiedSource } from "./verified-source.js";

const TICK_MS = 1000;

export class RestoreProgress implements Disposable {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: DatabaseKind,
    private readonly source: VerifiedSource,
    private readonly onProgress: OnProgress | undefined,
  ) {
    this.restoring(0, 0);
  }

  readonly restoring = (records: number, bytes: number): void => {
    const { database, source } = this;
    const totals = { totalRecords: source.report.entries, totalBytes: source.read.bytes };
    this.onProgress?.({ database, phase: "restoring", records, bytes, ...totals });
  };

  /** The database has all records. It reports that each second, since nobody knows how far the commit is. */
  readonly finishing = (): void => {
    const { entries: records } = this.source.report;
    const tell = () =>
      this.onProgress?.({ database: this.database, phase: "finishing", records, bytes: 0 });
    tell();
    this.#timer ??= setInterval(tell, TICK_MS);
  };

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
