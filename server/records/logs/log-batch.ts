// Logs that were sent together, in their order. For each log that breaks the rules of input, the batch says what is wrong. The
// others go their way.

import type { Fields, WrittenFields } from "./written-fields.js";

/** The most logs in a batch. */
export const BATCH_LOGS = 10_000;

/** A log's place among the logs of its batch. */
export interface BatchPlace {
  /** The place, counted from 0. */
  index: number;
  /** The line in a text of lines, counted from 1. */
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

/** The name of a place, such as `line 3` or `log 2`. */
export const nameOfPlace = ({ index, line }: BatchPlace): string =>
  line === undefined ? `log ${index}` : `line ${line}`;
