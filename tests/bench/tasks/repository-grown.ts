// A backup after a thousandth of the entries has come, at the end of each stream; and what these are compressed by themselves.

import { BlockBuilder } from "../../../server/formats/snapshot/badger.js";
import { packBlock } from "../../../server/formats/snapshot/zstd.js";
import { FIRST_MS } from "../entries.js";
import { type Added, addRecords, entryRecords } from "../growth.js";
import { backUp, ENCRYPTED, openedRepository, repositoryAt, storedBy } from "../repositories.js";
import { type Task, used } from "../task.js";

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

export const run: Task = async (places, { count }) => {
  const added = [...entryRecords(Math.ceil(count / 1000), { seed: 2, after: FIRST_MS + YEAR_MS })];
  await addRecords({ kind: "logs", dir: places.growing.logs }, added);
  const repository = await openedRepository(repositoryAt(places, ENCRYPTED));
  let stored = { objects: 0, megabytes: 0 };
  const facts = await used(async () => {
    stored = storedBy(await backUp(repository, places.growing));
  });
  await repository.place.close();
  return { ...facts, ...stored, addedMegabytes: (await packedBytes(added)) / 1e6 };
};

async function packedBytes(records: readonly Added[]): Promise<number> {
  let bytes = 0;
  let block = new BlockBuilder();
  const end = async () => {
    bytes += (await packBlock(block.finish())).frame.byteLength;
    block = new BlockBuilder();
  };
  for (const { key, value } of records) {
    if (!block.fits(key.byteLength, value.byteLength)) await end();
    block.add(key, value);
  }
  await end();
  return bytes;
}
