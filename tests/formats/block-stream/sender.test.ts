import { expect, it } from "vitest";
import { BlockSender } from "../../../server/formats/block-stream/sender.js";
import { BLOCK_TARGET_BYTES } from "../../../server/formats/snapshot/layout.js";

it("uses memory again, but not that of a larger block: the next ones would be as large", () => {
  const sender = new BlockSender({ postMessage: () => undefined });
  const memory = new ArrayBuffer(BLOCK_TARGET_BYTES);
  sender.recycle(memory);
  sender.recycle(new ArrayBuffer(10 * BLOCK_TARGET_BYTES));
  const blocks = [sender.newBlock(), sender.newBlock()];
  for (const block of blocks) {
    expect(block.fits(10, BLOCK_TARGET_BYTES / 2)).toBe(true);
    expect(block.fits(10, BLOCK_TARGET_BYTES)).toBe(false);
  }
  expect(blocks[0]?.finish().buffer).toBe(memory);
});

it("sends a few blocks ahead, a large one alone, and goes on as they come back", async () => {
  const sent: number[] = [];
  const sender = new BlockSender({
    postMessage: ({ bytes }: { bytes: Uint8Array }) => void sent.push(bytes.byteLength >> 20),
  });
  const send = (mib: number) => {
    const block = sender.newBlock();
    block.add(Buffer.from("key"), Buffer.alloc(mib << 20));
    return sender.send(block);
  };
  const all = (async () => {
    for (const mib of [3, 3, 60, 60, 1, 1, 1, 1, 1]) if (!(await send(mib))) return false;
    return true;
  })();
  const turns = async () => {
    for (let i = 0; i < 20; i++) await new Promise(setImmediate);
  };
  const back = async (times = 1) => {
    for (let i = 0; i < times; i++) sender.recycle(new ArrayBuffer(1));
    await turns();
    return sent.splice(0);
  };
  expect(await back(0)).toEqual([3, 3]);
  expect(await back()).toEqual([]);
  expect(await back()).toEqual([60]);
  expect(await back()).toEqual([60]);
  expect(await back()).toEqual([1, 1, 1, 1]);
  sender.close();
  expect(await all).toBe(false);
});
