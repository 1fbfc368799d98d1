// Marks outlive the streams that they are of: where there are too many, the old ones are forgotten, and then removed.

import { expect, test } from "vitest";
import type { Environment } from "../../../server/engine/lmdb/environment.js";
import { entryKey } from "../../../server/records/records.js";
import { beginEpoch, pointOf, readState } from "../../../server/storage/tracking/state.js";
import { tidyTracked } from "../../../server/storage/tracking/tidy.js";
import { TRACKED } from "../../../server/storage/tracking/tracked-parts.js";
import { writtenSince } from "../../../server/storage/tracking/written-since.js";
import { temporaryDatabase } from "../../engine/temporary.js";

const uuid = "11111111-2222-4333-8444-555555555555";

const put = (database: Environment, streams: readonly string[]) =>
  database.change((changes) => {
    for (const stream of streams)
      changes.put(entryKey(stream, 1, uuid), Buffer.from('{"timestamp":"","fields":{}}'));
  });

const tidy = (database: Environment, most: number) =>
  database.change(() => {
    tidyTracked(database, beginEpoch(database), { most, batch: 3, every: 1 });
  });

test("are removed a few at a time, and what was written before can't be told any more", async () => {
  await using database = await temporaryDatabase("logs");
  const streams = (from: number) => Array.from({ length: 10 }, (_, n) => `stream-${from + n}`);
  await put(database, streams(0));
  const before = pointOf(database);
  if (!before) throw new Error("nothing is tracked");
  await tidy(database, 10);
  expect(writtenSince(database, before)).toHaveLength(0);
  await put(database, ["one"]);
  expect(writtenSince(database, before)).toHaveLength(11);
  await tidy(database, 10);
  expect(writtenSince(database, before)).toBeUndefined();
  const after = pointOf(database);
  if (!after) throw new Error("nothing is tracked any more");
  await put(database, ["two"]);
  for (let n = 0; n < 6; n++) await tidy(database, 10);
  expect(readState(database)?.sweep).toBeUndefined();
  expect([...database.local.keys(TRACKED)]).toHaveLength(1);
  expect(writtenSince(database, after)).toHaveLength(1);
});
