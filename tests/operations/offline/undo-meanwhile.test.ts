// Events between a restore and its undo, or at the same time: the databases are compacted, moved, upgraded, thinned by retention
// and purges, or taken back by another process. The state before the restore comes back all the same.

import { cp, mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  backupDirectories,
  type DatabaseDirs,
  restoreDirectories,
  restoreHistory,
  undoBounds,
  undoDirectories,
} from "../../../server/core.js";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { DATABASE_KINDS } from "../../../server/records/kinds.js";
import { openLogStore } from "../../../server/stores/logs/store.js";
import { flowg } from "../../cli/flowg.js";
import { makeOld } from "../../engine/old-schema.js";
import { readContents, type Workspace, workspace } from "./contents.js";
import { fillSample, stateOf } from "./sample.js";

const undo = undoBounds();
const back = { dryRun: false, undo, allowNoAdmin: true } as const;

let first: Workspace;
let made: Awaited<ReturnType<typeof makeRestored>>;
beforeAll(async () => {
  first = await workspace();
  made = await makeRestored(first);
});
afterAll(() => first[Symbol.asyncDispose]());

/** A copy of what was made once. */
async function restored(space: Workspace) {
  await cp(first.path, space.path, { recursive: true });
  return { ...made, dirs: space.dirs("has") };
}

/** A database of version 1, over which version 2 is restored. */
async function makeRestored(space: Workspace) {
  const dirs = space.dirs("has");
  const backupDir = join(space.path, "backup");
  await fillSample(space.dirs("snapshot"), { version: 2, entries: 60, accounts: 50 });
  await backupDirectories({ dirs: space.dirs("snapshot"), backupDir });
  await fillSample(dirs, { entries: 60, accounts: 50 });
  const before = await stateOf(dirs);
  const { run = "" } = await restoreDirectories({ ...back, dirs, backupDir, mode: "replace" });
  return { before, run };
}

const flagsOf = ({ auth, config, logs }: DatabaseDirs) => [
  ...["--auth-dir", auth],
  ...["--config-dir", config],
  ...["--log-dir", logs],
];

async function olderSchema(dirs: DatabaseDirs) {
  for (const kind of DATABASE_KINDS) {
    const database = await openDatabase({ kind, dir: dirs[kind], mode: "write" });
    makeOld(database, 2);
    await database.close();
  }
}

describe("a restore is taken back", () => {
  it("where it came over databases of an earlier schema", async () => {
    await using space = await workspace();
    const dirs = space.dirs("has");
    const backupDir = join(space.path, "backup");
    await fillSample(space.dirs("snapshot"), { version: 2, entries: 60, accounts: 50 });
    await backupDirectories({ dirs: space.dirs("snapshot"), backupDir });
    await fillSample(dirs, { entries: 60, accounts: 50 });
    const before = await stateOf(dirs);
    await olderSchema(dirs);
    await restoreDirectories({ ...back, dirs, backupDir, mode: "replace" });
    await undoDirectories({ ...back, dirs });
    expect(await stateOf(dirs)).toEqual(before);
  });

  it("where the databases are of an earlier schema by then", async () => {
    await using space = await workspace();
    const { dirs, before } = await restored(space);
    await olderSchema(dirs);
    await undoDirectories({ ...back, dirs });
    expect(await stateOf(dirs)).toEqual(before);
  });

  it("after they were compacted, and moved each to another place", async () => {
    await using space = await workspace();
    const { dirs, before } = await restored(space);
    expect(await flowg(["admin", "compact", ...flagsOf(dirs)])).toMatchObject({ code: 0 });
    const moved = { auth: "", config: "", logs: "" };
    for (const kind of DATABASE_KINDS) {
      await mkdir(join(space.path, "elsewhere", kind), { recursive: true });
      moved[kind] = join(space.path, "elsewhere", kind, "new");
      await rename(dirs[kind], moved[kind]);
    }
    await undoDirectories({ ...back, dirs: moved });
    expect(await stateOf(moved)).toEqual(before);
  });

  it("in the databases that are there, saying of which it was besides", async () => {
    await using space = await workspace();
    const { dirs, run } = await restored(space);
    const nowhere = join(space.path, "nowhere");
    const some = { ...dirs, auth: nowhere, config: nowhere };
    const report = await undoDirectories({ ...back, dirs: some, run, dryRun: true });
    expect(report.databases.map(({ database }) => database)).toEqual(["logs"]);
    expect(report.notes).toEqual([
      expect.stringMatching(/was also of auth, config, of which no database is here/),
    ]);
  });

  it("to nothing, where it found nothing", async () => {
    await using space = await workspace();
    const [dirs, backupDir] = [space.dirs("new"), join(space.path, "backup")];
    await fillSample(space.dirs("snapshot"), { entries: 60, accounts: 50 });
    await backupDirectories({ dirs: space.dirs("snapshot"), backupDir });
    const how = { ...back, dirs, backupDir, ifEmpty: true } as const;
    await restoreDirectories({ ...how, mode: "merge" });
    await undoDirectories({ ...back, dirs });
    for (const kind of DATABASE_KINDS)
      expect((await readContents(kind, dirs[kind])).contents.size).toBe(0);
    // an emptied database may be filled again
    await restoreDirectories({ ...how, mode: "merge" });
    expect(await stateOf(dirs)).toEqual(await stateOf(space.dirs("snapshot")));
  });

  it("but for a stream that was deleted and purged since: that was changed, and stays so unless told", async () => {
    await using space = await workspace();
    const { dirs, before, run } = await restored(space);
    {
      await using database = await openDatabase({ kind: "logs", dir: dirs.logs, mode: "write" });
      const store = openLogStore(database);
      await store.streams.delete("app");
      await store.finishWork();
    }
    const report = await undoDirectories({ ...back, dirs });
    const logs = report.databases.find(({ database }) => database === "logs");
    expect(logs?.warnings.join()).toMatch(/records were changed after the restore, and stayed/);
    const { derived, expected } = await readContents("logs", dirs.logs);
    expect(derived).toEqual(expected);
    await undoDirectories({ ...back, dirs, run, overwriteChanged: true });
    const now = await stateOf(dirs);
    expect([now.auth, now.config]).toEqual([before.auth, before.config]);
  });

  it("once, by two that come at once: one that was overtaken says so", async () => {
    await using space = await workspace();
    const { dirs, before, run } = await restored(space);
    const takeBack = () =>
      flowg(["admin", "undo", run, "--allow-no-admin", "--yes", ...flagsOf(dirs)]);
    for (const { code, stderr } of await Promise.all([takeBack(), takeBack()]))
      if (code !== 0) {
        expect(stderr).toContain("error: another undo or restore has changed");
        expect(code).toBe(5);
      }
    expect(await stateOf(dirs)).toEqual(before);
    expect((await restoreHistory(dirs)).find((one) => one.run === run)?.undoneBy).toBeDefined();
    // the advice of the run that was overtaken
    await undoDirectories({ ...back, dirs, run });
    expect(await stateOf(dirs)).toEqual(before);
  });
});
