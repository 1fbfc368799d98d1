// Databases held at one instant, for as long as a backup reads them: the walking thread's client.

import { BlockReceiver } from "../../../formats/block-stream/receiver.js";
import type { RawBlock } from "../../../formats/snapshot/write.js";
import { readyForBlocks } from "../../../formats/snapshot/zstd.js";
import { startThread } from "../../../platform/threads/start.js";
import type { DatabaseKind } from "../../../records/kinds.js";
import type { LeftOut } from "../../../records/reports.js";
import type { SumFound } from "./walk-check.js";
import type { HeldFacts, WalkAnswer, WalkFacts, WalkRequest } from "./walk-thread.js";

export interface BlocksOptions {
  /** Whether each record must be one that a restore lets in, as in a verification. */
  check: boolean;
  /** Goes on without what is damaged. */
  skipDamaged?: boolean | undefined;
  /** Told what was left out, if anything was, before the blocks end. */
  onLeftOut?: ((leftOut: LeftOut) => void) | undefined;
  /** Told what makes a lost sum known again. */
  onSumFound?: ((found: SumFound) => void) | undefined;
}

export class HeldInstant {
  #closed: Promise<void> | undefined;

  private constructor(
    private readonly thread: BlockReceiver<WalkAnswer, WalkRequest>,
    readonly facts: Partial<Record<DatabaseKind, HeldFacts>>,
  ) {}

  /**
   * Opens databases, read-only, in a thread of their own, and holds one instant of them all.
   * @throws DATABASE_MISSING and what else opening a database throws
   */
  static async open(databases: { kind: DatabaseKind; dir: string }[]): Promise<HeldInstant> {
    readyForBlocks();
    const worker = startThread(new URL("./walk-thread.js", import.meta.url));
    const thread = new BlockReceiver<WalkAnswer, WalkRequest>(worker);
    try {
      thread.post({ do: "open", databases });
      const answer = await thread.next();
      return new HeldInstant(thread, answer.did === "open" ? answer.held : {});
    } catch (error) {
      await thread.close();
      throw error;
    }
  }

  /**
   * The raw blocks of one database. One walk at a time.
   * @throws DATABASE_DAMAGED, unless it is to go on without what is damaged
   */
  async *blocks(kind: DatabaseKind, how: BlocksOptions): AsyncGenerator<RawBlock> {
    const { check, skipDamaged = false, onLeftOut, onSumFound } = how;
    this.thread.post({ do: "walk", kind, check, skipDamaged });
    const facts = (yield* this.thread.blocks()) as WalkFacts | undefined;
    if (facts?.leftOut) onLeftOut?.(facts.leftOut);
    if (facts?.sumFound) onSumFound?.(facts.sumFound);
  }

  /** Takes back the memory of a block. To be called once for each, or the walk stops. */
  recycle(memory: ArrayBuffer): void {
    this.thread.recycle(memory);
  }

  /** Ends the read transactions and the thread. A walk under way stops at its next block. */
  close(): Promise<void> {
    this.#closed ??= this.thread.close();
    return this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
