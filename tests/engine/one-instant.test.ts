// All three snapshots are of one instant, whatever is written meanwhile.

import { join } from "node:path";
import { expect, it } from "vitest";
import { backupDirectories } from "../../server/core.js";
import { eachRecord } from "../../server/formats/snapshot/badger.js";
import { readFileBytes } from "../../server/formats/snapshot/file.js";
import { readSnapshot } from "../../server/formats/snapshot/read.js";
import { workspace } from "../operations/offline/contents.js";
import { startCounting } from "../processes/child.js";

/** The counter's value in a snapshot, and the snapshot's set. */
async function counterIn(path: string): Promise<{ count: number; setId: string }> {
  let count = 0;
  const { header } = await readSnapshot(readFileBytes(path), {
    onBlock: (raw) => {
      eachRecord(raw, (_keyStart, _keyEnd, valueStart, valueEnd) => {
        count = JSON.parse(Buffer.from(raw).toString("utf8", valueStart, valueEnd)).n;
      });
    },
  });
  return { count, setId: header.setId };
}

it("reads what a process that writes to one after the other has written at one moment", async () => {
  await using space = await workspace();
  const dirs = space.dirs("data");
  const backupDir = join(space.path, "backup");
  await using _writer = await startCounting(dirs);
  const seen: number[] = [];
  for (let run = 0; run < 12; run++) {
    const report = await backupDirectories({ dirs, backupDir });
    const [auth, logs, config] = await Promise.all(
      ["auth.db", "log.db", "config.db"].map((name) => counterIn(join(backupDir, name))),
    );
    if (!auth || !logs || !config) throw new Error("three snapshots");
    const counts = `auth ${auth.count}, config ${config.count}, logs ${logs.count}`;
    expect(auth.count, counts).toBeGreaterThanOrEqual(config.count);
    expect(config.count, counts).toBeGreaterThanOrEqual(logs.count);
    expect(logs.count, counts).toBeGreaterThanOrEqual(auth.count - 1);
    expect(new Set([auth, config, logs].map(({ setId }) => setId))).toEqual(
      new Set([report.setId]),
    );
    seen.push(auth.count);
  }
  // it did write all the time
  expect(new Set(seen).size).toBeGreaterThan(6);
});
