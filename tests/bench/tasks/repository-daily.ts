// A hundred daily snapshots of a database that grows from nothing to all the entries, and the last of them alone.

import { join } from "node:path";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { makeSmall } from "../databases.js";
import { FIRST_MS, STREAMS } from "../entries.js";
import { addRecords, entryRecords, streamRecord } from "../growth.js";
import { dirsIn } from "../places.js";
import { backUp, ENCRYPTED, makeRepository, openedRepository, storedBy } from "../repositories.js";
import { type Task, used } from "../task.js";

const DAYS = 100;
const DAY_MS = 24 * 60 * 60 * 1000;

export const run: Task = async (places, { count }) => {
  const dirs = dirsIn(join(places.scratch, "growing"));
  const logs = { kind: "logs", dir: dirs.logs } as const;
  await makeSmall(dirs);
  await (await openDatabase({ ...logs, mode: "create" })).close();
  await addRecords(logs, STREAMS.map(streamRecord));
  const inScratch = { ...places, repositories: join(places.scratch, "repositories") };
  const repository = await openedRepository(await makeRepository(inScratch, ENCRYPTED));
  let [stored, took] = [0, 0];
  for (let day = 0; day < DAYS; day++) {
    const perDay = Math.floor(count / DAYS);
    const when = { seed: 100 + day, after: FIRST_MS + day * DAY_MS };
    await addRecords(logs, entryRecords(perDay, when));
    const { seconds } = await used(async () => {
      stored += storedBy(await backUp(repository, dirs)).megabytes;
    });
    took += seconds;
  }
  await repository.place.close();
  const alone = await openedRepository(await makeRepository(inScratch, "alone"));
  const { megabytes } = storedBy(await backUp(alone, dirs));
  await alone.place.close();
  return { seconds: took, megabytes: stored, oneMegabytes: megabytes };
};
