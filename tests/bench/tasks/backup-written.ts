// A backup of the logs without the read-back: walk, encode, compress, checksum, write, flush.

import { join } from "node:path";
import { lmdb } from "../../../server/engine/lmdb.js";
import { writeSnapshotFile } from "../../../server/formats/snapshot/file.js";
import { newHeader } from "../../../server/formats/snapshot/header.js";
import { StagedFile } from "../../../server/platform/files/staged-file.js";
import { seconds, type Task } from "../task.js";

export const run: Task = async ({ source, scratch }) => {
  let facts = {};
  let written = 0;
  let processor = 0;
  const whole = await seconds(async () => {
    await using held = await lmdb.hold([{ kind: "logs", dir: source.logs }]);
    await using file = await StagedFile.create(join(scratch, "log.db"));
    const before = process.cpuUsage();
    written = await seconds(async () => {
      const { seal, bytes } = await writeSnapshotFile(file, {
        header: newHeader("logs"),
        blocks: held.blocks("logs", { check: false }),
        recycle: (memory) => held.recycle(memory),
      });
      facts = { megabytes: bytes / 1e6, records: seal.entries };
    });
    const { user, system } = process.cpuUsage(before);
    processor = (user + system) / 1e6;
  });
  // like the bare walk, once the database is open; and with opening it in a thread of its own
  return { seconds: written, wholeSeconds: whole, onTwoCores: processor / 2, ...facts };
};
