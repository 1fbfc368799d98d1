// A backup reads while others have the databases open and write, and leaves no reader behind in LMDB's lock file: a
// slot that stays would keep every page freed since from being used again, and the file would grow for ever.

import { join } from "node:path";
import { expect, it } from "vitest";
import { backupDirectories, restoreDirectories } from "../../../server/core.js";
import type { Environment } from "../../../server/engine/lmdb/environment.js";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { DATABASE_KINDS } from "../../../server/records/kinds.js";
import { roleKey, transformerKey } from "../../../server/records/records.js";
import { run, startCounting } from "../../processes/child.js";
import { workspace } from "./contents.js";
import { fillSample, stateOf } from "./sample.js";

/** Slots in the lock file that pin a state: lines of process, thread and transaction. */
function pinned({ root }: Environment): string[] {
  const lines = String(root.readerList()).split("\n").slice(1);
  return lines.filter((line) => /^\s*\d+\s+\S+\s+\d+\s*$/.test(line));
}

/** Lets lmdb-js end the read transaction of this turn. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

async function openAll(dirs: Record<(typeof DATABASE_KINDS)[number], string>) {
  const databases: Environment[] = [];
  for (const kind of DATABASE_KINDS) {
    databases.push(await openDatabase({ kind, dir: dirs[kind], mode: "write" }));
  }
  return {
    databases,
    pinned: async () => {
      await turn();
      return databases.flatMap(pinned);
    },
    async [Symbol.asyncDispose]() {
      for (const database of databases) await database.close();
    },
  };
}

it("frees its readers after a run that is good, stopped, failed, or in another process", async () => {
  await using space = await workspace();
  const dirs = space.dirs("data");
  await fillSample(dirs);
  await using opened = await openAll(dirs);
  const backupDir = join(space.path, "backup");
  const options = { dirs, backupDir };
  let during: string[] = [];
  const look = () => {
    during = opened.databases.flatMap(pinned);
  };
  await backupDirectories({ ...options, onProgress: look });
  expect(during.length).toBeGreaterThanOrEqual(3);
  expect(await opened.pinned()).toEqual([]);

  const stopping = new AbortController();
  const stopped = backupDirectories({
    ...options,
    signal: stopping.signal,
    onProgress: ({ phase }) => phase === "verifying" && stopping.abort(),
  });
  await expect(stopped).rejects.toMatchObject({ code: "CANCELLED" });
  expect(await opened.pinned()).toEqual([]);

  const failed = backupDirectories({ dirs, backupDir: "/dev/null/backup" });
  await expect(failed).rejects.toMatchObject({ code: "FILE_UNAVAILABLE" });
  const throwing = backupDirectories({
    ...options,
    onProgress: () => {
      throw new Error("the bar broke");
    },
  });
  await expect(throwing).rejects.toThrow("the bar broke");
  const missing = backupDirectories({ dirs: { ...dirs, config: "/nowhere" }, backupDir });
  await expect(missing).rejects.toMatchObject({ code: "DATABASE_MISSING" });
  expect(await opened.pinned()).toEqual([]);

  await run({ do: "backup", options });
  expect(await opened.pinned()).toEqual([]);
  await restoreDirectories({ ...options, mode: "merge", dryRun: true });
  await restoreDirectories({ ...options, mode: "replace", dryRun: false });
  expect(await opened.pinned()).toEqual([]);
});

it("killed, leaves readers that the next one to open the databases clears", async () => {
  await using space = await workspace();
  const dirs = space.dirs("data");
  await fillSample(dirs);
  await using opened = await openAll(dirs);
  const options = { dirs, backupDir: join(space.path, "backup") };
  const die = { phase: "reading", database: "logs", records: 1 } as const;
  expect((await run({ do: "backup", options, die })).signal).toBe("SIGKILL");
  expect((await opened.pinned()).length).toBeGreaterThanOrEqual(3);
  await run({ do: "backup", options });
  expect(await opened.pinned()).toEqual([]);
});

it("reads one state while this process writes so much that the file must grow", async () => {
  await using space = await workspace();
  const dirs = space.dirs("data");
  await fillSample(dirs);
  const before = await stateOf(dirs);
  await using opened = await openAll(dirs);
  let writes = 0;
  const written: Promise<unknown>[] = [];
  const write = () => {
    for (const { kind, records } of opened.databases) {
      if (kind === "logs") continue;
      const key = kind === "auth" ? roleKey(`new ${writes}`) : transformerKey(`new ${writes}`);
      const value = kind === "auth" ? Buffer.from('{"scopes":[]}') : Buffer.alloc(300_000, writes);
      written.push(records.transaction(() => records.put(key, value)));
    }
    writes++;
  };
  const backupDir = join(space.path, "backup");
  // from the first progress on: the instant has been taken
  await backupDirectories({ dirs, backupDir, onProgress: write });
  await Promise.all(written);
  expect(writes).toBeGreaterThan(20);
  const to = space.dirs("to");
  await restoreDirectories({ dirs: to, backupDir, mode: "merge", dryRun: false });
  expect(await stateOf(to)).toEqual(before);
});

it("reads while another process writes, and never harms what that one writes", async () => {
  await using space = await workspace();
  const dirs = space.dirs("data");
  const options = { dirs, backupDir: join(space.path, "backup") };
  await using _writer = await startCounting(dirs);
  const restored = space.dirs("to");
  let last = 0;
  for (let round = 0; round < 5; round++) {
    await backupDirectories(options);
    await restoreDirectories({
      dirs: restored,
      backupDir: options.backupDir,
      mode: "merge",
      dryRun: false,
    });
    await using auth = await openDatabase({ kind: "auth", dir: restored.auth, mode: "read" });
    const { n } = JSON.parse(String(auth.records.get(roleKey("counter")))) as { n: number };
    expect(n).toBeGreaterThan(last);
    last = n;
  }
});
