// The sending end of raw blocks, in a thread that makes them: sends only as many as the receiver has room for,
// in memory that comes back to be used again.

import type { MessagePort } from "node:worker_threads";
import { BlockBuilder } from "../snapshot/badger.js";
import { BLOCK_TARGET_BYTES } from "../snapshot/layout.js";
import type { BlockMessage } from "./receiver.js";

export class BlockSender {
  #allowed = 0;
  #closed = false;
  #wake: (() => void) | undefined;
  readonly #memories: ArrayBuffer[] = [];

  constructor(private readonly port: Pick<MessagePort, "postMessage">) {}

  /** A block to fill, in used memory if there is some. */
  newBlock(): BlockBuilder {
    return new BlockBuilder(this.#memories.pop());
  }

  /** The receiver has room for this many more. */
  allow(blocks: number, memory?: ArrayBuffer): void {
    this.#allowed += blocks;
    // what one large record needed would make the blocks after it as large
    if (memory?.byteLength === BLOCK_TARGET_BYTES) this.#memories.push(memory);
    this.#wake?.();
  }

  /** The receiver has gone. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /**
   * Sends a block once there is room; an empty one isn't sent. False when the receiver has gone.
   */
  async send(block: BlockBuilder): Promise<boolean> {
    if (block.isEmpty) return !this.#closed;
    // lets messages in, also when there is room
    await new Promise(setImmediate);
    while (this.#allowed === 0 && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    if (this.#closed) return false;
    this.#allowed--;
    const bytes = block.finish();
    const message: BlockMessage = { did: "block", bytes, entries: block.entries };
    this.port.postMessage(message, [bytes.buffer]);
    return true;
  }
}
