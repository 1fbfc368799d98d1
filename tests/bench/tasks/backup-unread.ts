// `flowg admin backup` as it would be without reading back: all three databases into files.

import { join } from "node:path";
import { tryOpening } from "../../../server/engine/lmdb/try-opening.js";
import { lmdb } from "../../../server/engine/lmdb.js";
import { writeSnapshotFile } from "../../../server/formats/snapshot/file.js";
import { newHeader } from "../../../server/formats/snapshot/header.js";
import { StagedFile } from "../../../server/platform/files/staged-file.js";
import { DATABASE_KINDS } from "../../../server/records/kinds.js";
import { type Task, used } from "../task.js";

export const run: Task = async ({ source, scratch }) => {
  const databases = DATABASE_KINDS.map((kind) => ({ kind, dir: source[kind] }));
  let written = 0;
  const facts = await used(async () => {
    await tryOpening(databases.map((one) => ({ ...one, mode: "read" })));
    await using held = await lmdb.hold(databases);
    for (const { kind } of databases) {
      await using file = await StagedFile.create(join(scratch, kind));
      const { bytes } = await writeSnapshotFile(file, {
        header: newHeader(kind),
        blocks: held.blocks(kind, { check: false }),
        recycle: (memory) => held.recycle(memory),
      });
      await file.publish();
      written += bytes;
    }
  });
  return { ...facts, megabytes: written / 1e6 };
};
