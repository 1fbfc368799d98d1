// Holds databases at one instant for as long as a backup reads them. The walking thread does the work.

import { BlockReceiver } from "../../../formats/block-stream/receiver.js";
import { readyForBlocks } from "../../../formats/snapshot/zstd.js";
import { startThread } from "../../../platform/threads/start.js";
import type { KeyRange } from "../../../records/keys.js";
import type { DatabaseKind } from "../../../records/kinds.js";
import type { RawBlock } from "../../../records/raw-block.js";
import type { TrackingPoint } from "../../../records/tracking-point.js";
import type { DatabasePlace } from "../../../storage/engine.js";
import type { BlocksOptions, HeldFacts, HeldInstant } from "../../../storage/held-instant.js";
import { noteOpening } from "../openings.js";
import type { WalkAnswer, WalkFacts, WalkRequest } from "./walk-thread.js";

export class WalkedInstant implements HeldInstant {
  #closed: Promise<void> | undefined;

  private constructor(
    private readonly thread: BlockReceiver<WalkAnswer, WalkRequest>,
    readonly facts: Partial<Record<DatabaseKind, HeldFacts>>,
    readonly at: Date,
  ) {}

  /**
   * Opens databases, read-only, in a thread of their own, and holds one instant of them all.
   * @param looksLate see Engine.hold
   * @throws DATABASE_MISSING and what else opening a database throws
   */
  static async open(
    databases: readonly DatabasePlace[],
    { looksLate = false } = {},
  ): Promise<WalkedInstant> {
    readyForBlocks();
    const worker = startThread(new URL("./walk-thread.js", import.meta.url));
    const thread = new BlockReceiver<WalkAnswer, WalkRequest>(worker);
    try {
      const wanted = databases.map(({ kind, dir }) => ({ kind, dir }));
      const asked = Date.now();
      thread.post({ do: "open", databases: wanted, looksLate });
      const opening = thread.next();
      const dirs = databases.map(({ dir }) => dir);
      noteOpening(dirs, opening);
      const answer = await opening;
      if (answer.did !== "open") throw new Error(`${answer.did} answers no opening`);
      // if somebody sets the clock meanwhile, or a test has its own, the thread's time isn't between ours
      const at = Math.min(Math.max(answer.at, asked), Date.now());
      return new WalkedInstant(thread, answer.held, new Date(at));
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
    const { check, skipDamaged = false, range, onLeftOut, onSumFound } = how;
    this.thread.post({ do: "walk", kind, check, skipDamaged, range });
    const facts = (yield* this.thread.blocks()) as WalkFacts | undefined;
    if (facts?.leftOut) onLeftOut?.(facts.leftOut);
    if (facts?.sumFound) onSumFound?.(facts.sumFound);
  }

  async writtenSince(kind: DatabaseKind, point: TrackingPoint): Promise<KeyRange[] | undefined> {
    this.thread.post({ do: "since", kind, point });
    const answer = await this.thread.next();
    return answer.did === "since" ? answer.ranges?.map(asBuffers) : undefined;
  }

  /** Takes back the memory of a block. Call it once for each block, or the walk stops. */
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

/** Between threads a Buffer becomes plain bytes. */
const asBuffers = ({ start, end }: Record<keyof KeyRange, Uint8Array>): KeyRange => ({
  start: Buffer.from(start),
  end: Buffer.from(end),
});
