// The sending end of raw blocks, in a thread that makes them: sends only as many, and as large ones, as are on their way
// at once, in memory that comes back to be used again.

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

  /** A block to fill, in used memory if there is some. */
  newBlock(): BlockBuilder {
    return new BlockBuilder(this.#memories.pop());
  }

  /** The receiver is done with the first of the blocks that it has: here is its memory. */
  recycle(memory: ArrayBuffer): void {
    // what one large record needed would make the blocks after it as large
    if (memory.byteLength === BLOCK_TARGET_BYTES) this.#memories.push(memory);
    else release(new Uint8Array(memory));
    this.#room.free();
  }

  /** The receiver has gone. */
  close(): void {
    this.#room.close();
  }

  /**
   * Sends a block once there is room; an empty one isn't sent. False when the receiver has gone.
   * @param facts what else is to be said of it
   */
  async send(block: BlockBuilder, facts?: Omit<RawBlock, "bytes" | "records">): Promise<boolean> {
    if (block.isEmpty) return !this.#room.isClosed;
    // lets messages in, also when there is room
    await new Promise(setImmediate);
    const bytes = block.finish();
    if (!(await this.#room.take(bytes.byteLength))) return false;
    const message: BlockMessage = { did: "block", bytes, records: block.entries, ...facts };
    this.port.postMessage(message, [bytes.buffer]);
    return true;
  }
}
