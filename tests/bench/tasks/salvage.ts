import { copyFile, mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { salvageSnapshots } from "../../../server/core.js";
import { peekSnapshot } from "../../../server/formats/snapshot/peek.js";
import { type Task, used } from "../task.js";

/** Salvages a copy with a changed byte in the middle of a block. */
export const run: Task = async ({ backup, scratch }) => {
  await mkdir(scratch, { recursive: true });
  const [broken, output] = [join(scratch, "broken.db"), join(scratch, "saved.db")];
  const whole = join(backup, "log.db");
  await copyFile(whole, broken);
  await change(broken);
  const seal = (await peekSnapshot(whole))?.ends?.seal;
  let lost: { entries?: number; blocks?: number } = {};
  let saved = 0;
  const taken = await used(async () => {
    const report = await salvageSnapshots({ paths: [broken], output });
    lost = report.lost;
    saved = report.entries;
  });
  if (lost.blocks !== 1 || saved + (lost.entries ?? 0) !== seal?.entries)
    throw new Error(`${saved} records saved, and ${JSON.stringify(lost)} lost`);
  await rm(scratch, { recursive: true });
  return { ...taken };
};

async function change(path: string): Promise<void> {
  await using file = await open(path, "r+");
  const at = Math.floor((await file.stat()).size / 2);
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, at);
  byte[0] = (byte[0] as number) ^ 1;
  await file.write(byte, 0, 1, at);
  await file.sync();
}
