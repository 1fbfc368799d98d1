import { expect, it } from "vitest";
import { BlockSender } from "../../server/block-stream/sender.js";
import { BLOCK_TARGET_BYTES } from "../../server/snapshot/layout.js";

it("uses memory again, but not that of a larger block: the next ones would be as large", () => {
  const sender = new BlockSender({ postMessage: () => undefined });
  const memory = new ArrayBuffer(BLOCK_TARGET_BYTES);
  sender.allow(1, memory);
  sender.allow(1, new ArrayBuffer(10 * BLOCK_TARGET_BYTES));
  const blocks = [sender.newBlock(), sender.newBlock()];
  for (const block of blocks) {
    expect(block.fits(10, BLOCK_TARGET_BYTES / 2)).toBe(true);
    expect(block.fits(10, BLOCK_TARGET_BYTES)).toBe(false);
  }
  expect(blocks[0]?.finish().buffer).toBe(memory);
});
