// Logs that were sent together, in their order. What was wrong with some of them by the rules of input is told one by one: the
// others go their way.

import type { Fields, WrittenFields } from "./written-fields.js";

/** Most logs in one. */
export const BATCH_LOGS = 10_000;

/** A log's place among those that were sent with it. */
export interface BatchPlace {
  /** From 0 on. */
  index: number;
  /** Of a text of lines, from 1 on. */
  line?: number;
}

export interface BatchLog extends BatchPlace {
  fields: Fields | WrittenFields;
}

export interface RefusedLog extends BatchPlace {
  message: string;
}

export class LogBatch {
  constructor(
    readonly logs: readonly BatchLog[],
    readonly refused: readonly RefusedLog[],
  ) {}

  get size(): number {
    return this.logs.length + this.refused.length;
  }
}

/** `line 3`, `log 2` */
export const nameOfPlace = ({ index, line }: BatchPlace): string =>
  line === undefined ? `log ${index}` : `line ${line}`;
