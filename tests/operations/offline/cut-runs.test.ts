// A restore that is cut, by a kill or by its caller, at any moment: each database is what it was or what it was to
// become, never anything between; the next run says which were done, and running it again completes it.

import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backupDirectories, type DatabaseDirs, restoreDirectories } from "../../../server/core.js";
import type { FlowgError } from "../../../server/platform/errors.js";
import type { DatabaseKind } from "../../../server/records/kinds.js";
import { run } from "../../processes/child.js";
import { type Workspace, workspace } from "./contents.js";
import { fillSample, type State, stateOf, stateOfOne } from "./sample.js";

/** The order of a restore. */
const ORDER = ["auth", "logs", "config"] as const;
const RECORDS = { auth: 2100, logs: 4005, config: 8 };

let space: Workspace;
let backupDir: string;
let before: State;
let after: State;
let fresh: State;
let count = 0;

beforeAll(async () => {
  space = await workspace();
  backupDir = join(space.path, "backup");
  await fillSample(space.dirs("snapshot"), { version: 1, indexed: ["level", "message"] });
  await backupDirectories({ dirs: space.dirs("snapshot"), backupDir });
  fresh = await stateOf(space.dirs("snapshot"));
  await fillSample(space.dirs("base"), { version: 2, entries: 4300, indexed: ["version"] });
  before = await stateOf(space.dirs("base"));
  const whole = await copyOfBase();
  await restore(whole);
  after = await stateOf(whole);
  expect(after).not.toEqual(before);
});
afterAll(() => space[Symbol.asyncDispose]());

async function copyOfBase(): Promise<DatabaseDirs> {
  const name = `copy-${++count}`;
  await cp(join(space.path, "base"), join(space.path, name), { recursive: true });
  return space.dirs(name);
}

const restore = (dirs: DatabaseDirs, dryRun = false) =>
  restoreDirectories({ dirs, backupDir, mode: "merge", dryRun });

/** Databases before `cut` are done, the others are as before; `undefined` where there was no database. */
async function expectDone(
  dirs: DatabaseDirs,
  cut: DatabaseKind,
  expected: { before: State | undefined; after: State },
) {
  for (const [index, kind] of ORDER.entries()) {
    if (index < ORDER.indexOf(cut as "auth")) {
      expect(await stateOfOne(kind, dirs[kind])).toBe(expected.after[kind]);
    } else if (expected.before) {
      expect(await stateOfOne(kind, dirs[kind])).toBe(expected.before[kind]);
    } else {
      const found = await stateOfOne(kind, dirs[kind]).catch(({ code }: FlowgError) => code);
      expect(found).toMatch(/^0 |^DATABASE_MISSING$/);
    }
  }
}

async function expectCompletion(dirs: DatabaseDirs, cut: DatabaseKind, complete: State) {
  const done = ORDER.slice(0, ORDER.indexOf(cut as "auth"));
  const open = ORDER.filter((kind) => !done.includes(kind));
  const cutNote =
    /^an earlier restore \(begun [^)]+\) was cut, or is still under way: it had done (.+), but not (.+)$/;
  for (const dryRun of [true, false]) {
    const { notes } = await restore(dirs, dryRun);
    const said = notes.map((note) => cutNote.exec(note)?.slice(1));
    expect(said).toEqual(done.length === 0 ? [] : [[done.join(", "), open.join(", ")]]);
  }
  expect(await stateOf(dirs)).toEqual(complete);
  expect((await restore(dirs, true)).notes).toEqual([]);
}

/** A moment in each database's transaction, another at each run. */
const moments = ORDER.map((database) => ({
  database,
  records: Math.floor((RECORDS[database] * Math.random() * 2) / 3),
}));

describe("a restore that is killed", () => {
  it.each(moments)("in $database at $records records is undone there", async (moment) => {
    const dirs = await copyOfBase();
    const options = { dirs, backupDir, mode: "merge", dryRun: false } as const;
    const ended = await run({ do: "restore", options, die: { phase: "restoring", ...moment } });
    expect(ended.signal).toBe("SIGKILL");
    await expectDone(dirs, moment.database, { before, after });
    await expectCompletion(dirs, moment.database, after);
    await rm(join(dirs.auth, ".."), { recursive: true });
  });

  it.each(ORDER)(
    "in %s, into directories that did not exist, can be run again",
    async (database) => {
      for (const records of [0, RECORDS[database] / 2]) {
        const dirs = space.dirs(`new-${++count}`);
        const options = { dirs, backupDir, mode: "replace", dryRun: false } as const;
        const die = { phase: "restoring", database, records } as const;
        expect((await run({ do: "restore", options, die })).signal).toBe("SIGKILL");
        await expectDone(dirs, database, { before: undefined, after: fresh });
        await expectCompletion(dirs, database, fresh);
      }
    },
  );

  it("into a new place is told where a backup finds no database there", async () => {
    const dirs = space.dirs(`new-${++count}`);
    const options = { dirs, backupDir, mode: "merge", dryRun: false } as const;
    const die = { phase: "restoring", database: "logs", records: 0 } as const;
    expect((await run({ do: "restore", options, die })).signal).toBe("SIGKILL");
    const making = backupDirectories({ dirs, backupDir: join(space.path, "never") });
    await expect(making).rejects.toMatchObject({
      code: "DATABASE_MISSING",
      message: expect.stringMatching(/an earlier restore .* had done auth, but not logs, config$/),
      hint: "run the restore again to complete it",
    });
  });

  it("is not forgotten when what it had done is restored again, alone", async () => {
    const dirs = await copyOfBase();
    const options = { dirs, backupDir, mode: "merge", dryRun: false } as const;
    const die = { phase: "restoring", database: "logs", records: 0 } as const;
    expect((await run({ do: "restore", options, die })).signal).toBe("SIGKILL");
    const cut =
      /^an earlier restore \([^)]+\) was cut, or is still under way: it had done auth, but not logs, config$/;
    for (let time = 0; time < 2; time++) {
      const { notes } = await restoreDirectories({ ...options, only: ["auth"] });
      expect(notes).toEqual([expect.stringMatching(cut)]);
    }
    await expectCompletion(dirs, "logs", after);
  });

  it("while it verifies has changed nothing", async () => {
    const dirs = await copyOfBase();
    const options = { dirs, backupDir, mode: "replace", dryRun: false } as const;
    const die = { phase: "verifying", database: "config", records: 8 } as const;
    expect((await run({ do: "restore", options, die })).signal).toBe("SIGKILL");
    expect(await stateOf(dirs)).toEqual(before);
    expect((await restore(dirs, true)).notes).toEqual([]);
  });
});

describe("a restore that is stopped by its caller", () => {
  it.each(moments)("in $database at $records records says what is done", async (moment) => {
    const dirs = await copyOfBase();
    const stopping = new AbortController();
    const running = restoreDirectories({
      dirs,
      backupDir,
      mode: "merge",
      dryRun: false,
      signal: stopping.signal,
      onProgress: ({ phase, database, records }) => {
        const isNow = phase === "restoring" && database === moment.database;
        if (isNow && records >= moment.records) stopping.abort();
      },
    });
    const error: FlowgError = await running.then(
      () => expect.unreachable(),
      (thrown) => thrown,
    );
    expect(error.code).toBe("CANCELLED");
    const done = ORDER.slice(0, ORDER.indexOf(moment.database));
    const open = ORDER.filter((kind) => !done.includes(kind));
    expect(error.message).toMatch(
      done.length === 0
        ? /; nothing was restored$/
        : new RegExp(`; restored: ${done.join(", ")}; not restored: ${open.join(", ")}$`),
    );
    await expectDone(dirs, moment.database, { before, after });
    await rm(join(dirs.auth, ".."), { recursive: true });
  });

  it("before it begins has changed nothing, and made no directory", async () => {
    const dirs = space.dirs("never");
    const signal = AbortSignal.abort();
    const running = restoreDirectories({ dirs, backupDir, mode: "merge", dryRun: false, signal });
    await expect(running).rejects.toMatchObject({ code: "CANCELLED" });
    await expect(stateOf(dirs)).rejects.toMatchObject({ code: "DATABASE_MISSING" });
  });
});
