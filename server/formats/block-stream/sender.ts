// The sending end of raw blocks, in the thread that makes them. It bounds the blocks on their way by number and size, and uses
// their memory again when it comes back.

import type { MessagePort } from "node:worker_threads";
import { release } from "../../platform/native-memory.js";
import type { RawBlock } from "../../records/raw-block.js";
import { BlockBuilder } from "../snapshot/badger.js";
import { BLOCK_TARGET_BYTES } from "../snapshot/layout.js";
import type { BlockMessage } from "./receiver.js";
import { Room } from "./room.js";

export class BlockSender {
  readonly #room = new Room();
  readonly #memories: ArrayBuffer[] = [];

  constructor(private readonly port: Pick<MessagePort, "postMessage">) {}

  /** Gives a block to fill, in memory that was used before if there is some. */
  newBlock(): BlockBuilder {
    return new BlockBuilder(this.#memories.pop());
  }

  /** Takes back the memory of the first block that the receiver has, which is done with it. */
  recycle(memory: ArrayBuffer): void {
    // the memory of one large record would make later blocks as large
    if (memory.byteLength === BLOCK_TARGET_BYTES) this.#memories.push(memory);
    else release(new Uint8Array(memory));
    this.#room.free();
  }

  /** Takes note that the receiver has gone. */
  close(): void {
    this.#room.close();
  }

  /**
   * Sends a block once there is room. An empty one isn't sent.
   * @param facts further facts about the block
   * @returns false when the receiver has gone
   */
  async send(block: BlockBuilder, facts?: Omit<RawBlock, "bytes" | "records">): Promise<boolean> {
    if (block.isEmpty) return !this.#room.isClosed;
    // lets messages in, even when there is room
    await new Promise(setImmediate);
    const bytes = block.finish();
    if (!(await this.#room.take(bytes.byteLength))) return false;
    const message: BlockMessage = { did: "block", bytes, records: block.entries, ...facts };
    this.port.postMessage(message, [bytes.buffer]);
    return true;
  }
}
