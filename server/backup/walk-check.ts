// What a walk finds, before it becomes a backup. A damaged tree can hide records or give others without any error from
// LMDB, and a snapshot of that would say that it is whole.

import type { DatabaseKind } from "../database/kinds.js";
import { FlowgError } from "../errors.js";
import { faultOf } from "../snapshot/block-fault.js";
import { type BlockSummary, scanBlock, walkBlock } from "../snapshot/summarize.js";

export class WalkCheck {
  #lastKey: Uint8Array = new Uint8Array(0);

  /** @param where the database, for messages */
  constructor(private readonly where: { kind: DatabaseKind; dir: string }) {}

  /**
   * Each record must be one that a restore lets in, and after the one before.
   * @throws DATABASE_INVALID
   */
  block(bytes: Uint8Array): void {
    const { firstKey, lastKey } = this.#look(bytes);
    if (Buffer.compare(firstKey, this.#lastKey) <= 0)
      throw this.#damaged("its keys are not in order");
    this.#lastKey = lastKey;
  }

  /**
   * As many as the tree says it has.
   * @throws DATABASE_INVALID
   */
  count(found: number, expected: number): void {
    if (found === expected) return;
    throw this.#damaged(`it has ${found} records where its tree counts ${expected}`);
  }

  #look(bytes: Uint8Array): BlockSummary {
    const { kind } = this.where;
    try {
      return (kind === "logs" && scanBlock(bytes, true)) || walkBlock(kind, bytes, true);
    } catch (error) {
      const fault = faultOf(error);
      const problem =
        fault.is === "unknown-kind"
          ? `holds a record of the unknown kind "${fault.kind}"`
          : fault.problem;
      throw this.#damaged(`what was read of it ${problem}`);
    }
  }

  #damaged(problem: string): FlowgError {
    const { kind, dir } = this.where;
    return new FlowgError(
      "DATABASE_INVALID",
      `the ${kind} database in ${dir} is damaged: ${problem}`,
      { hint: "no backup was made; keep the last good one, and restore it into a new directory" },
    );
  }
}
