// A restore that is taken back: whatever the databases held, and whatever was restored, they hold what they held before, and
// what came since; and the undo of an undo brings the restore again.

import { cp, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  backupDirectories,
  restoreDirectories,
  restoreHistory,
  salvageSnapshots,
  undoBounds,
  undoDirectories,
} from "../../../server/core.js";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { keepingUndo } from "../../../server/operations/restore/undo-file.js";
import { removeOldUndo } from "../../../server/operations/restore/undo-room.js";
import { under } from "../../../server/records/keys.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../../server/records/kinds.js";
import {
  encodeValue,
  entryKey,
  fieldKey,
  streamKey,
  transformerKey,
} from "../../../server/records/records.js";
import { selectedText } from "../../../server/records/selection.js";
import { rawTable } from "../../engine/old-schema.js";
import { choices, itemsOf } from "./any-items.js";
import {
  type AllContents,
  anyContents,
  fill,
  fillAll,
  readContents,
  type Workspace,
  workspace,
} from "./contents.js";
import { fillSample, stateOf, uuidOf } from "./sample.js";

/** Each takes seconds, and its values are others at each time. */
const RUNS = { numRuns: process.env.FLOWG_FAULTS === "all" ? 50 : 2 };
const undo = undoBounds();

type Dirs = ReturnType<Workspace["dirs"]>;

/** What the databases hold; their derived data must be what their records say. */
async function contentsIn(dirs: Dirs): Promise<AllContents> {
  const found: Partial<AllContents> = {};
  for (const kind of DATABASE_KINDS) {
    const { contents, derived, expected } = await readContents(kind, dirs[kind]);
    expect(derived).toEqual(expected);
    found[kind] = contents;
  }
  return found as AllContents;
}

describe("any restore", () => {
  for (const mode of ["merge", "replace"] as const) {
    it(`by ${mode}, taken back and brought again`, async () => {
      await fc.assert(
        fc.asyncProperty(
          anyContents,
          anyContents,
          fc.boolean(),
          async (has, snapshot, isShared) => {
            await using space = await workspace();
            const [dirs, others] = [space.dirs("has"), space.dirs("snapshot")];
            await fillAll(dirs, has);
            for (const kind of DATABASE_KINDS)
              await fill(
                kind,
                others[kind],
                new Map([...(isShared ? has[kind] : []), ...snapshot[kind]]),
              );
            const backupDir = join(space.path, "backup");
            await backupDirectories({ dirs: others, backupDir });
            const before = await contentsIn(dirs);
            const how = { dirs, dryRun: false, allowNoAdmin: true, undo };
            const { run } = await restoreDirectories({ ...how, backupDir, mode });
            const after = await contentsIn(dirs);
            const back = await undoDirectories({ ...how, run });
            expect(await contentsIn(dirs)).toEqual(before);
            expect(back.databases.every(({ changed }) => changed.records === 0)).toBe(true);
            const again = await undoDirectories({ ...how, run: back.run });
            expect(await contentsIn(dirs)).toEqual(after);
            await undoDirectories({ ...how, run: again.run });
            expect(await contentsIn(dirs)).toEqual(before);
          },
        ),
        RUNS,
      );
    });
  }
});

describe("any restore of a part", () => {
  for (const mode of ["merge", "replace"] as const) {
    it(`by ${mode}, taken back and brought again`, async () => {
      await fc.assert(
        fc.asyncProperty(
          anyContents,
          anyContents,
          choices,
          fc.boolean(),
          async (has, snapshot, chosen, isShared) => {
            const items = itemsOf(snapshot, chosen);
            if (items.length === 0) return;
            await using space = await workspace();
            const [dirs, others] = [space.dirs("has"), space.dirs("snapshot")];
            for (const kind of DATABASE_KINDS) {
              const shared = isShared ? snapshot[kind] : [];
              await fill(kind, dirs[kind], new Map([...shared, ...has[kind]]));
            }
            await fillAll(others, snapshot);
            const backupDir = join(space.path, "backup");
            await backupDirectories({ dirs: others, backupDir });
            const before = await contentsIn(dirs);
            const how = { dirs, allowNoAdmin: true, undo };
            const select = items.map(selectedText);
            const { run } = await restoreDirectories({
              ...how,
              backupDir,
              mode,
              select,
              dryRun: false,
            });
            const after = await contentsIn(dirs);
            const dry = await undoDirectories({ ...how, run, dryRun: true });
            expect(await contentsIn(dirs)).toEqual(after);
            const back = await undoDirectories({ ...how, run, dryRun: false });
            expect(await contentsIn(dirs)).toEqual(before);
            expect(dry.databases.map(({ kinds }) => kinds)).toEqual(
              back.databases.map(({ kinds }) => kinds),
            );
            await undoDirectories({ ...how, run: back.run, dryRun: false });
            expect(await contentsIn(dirs)).toEqual(after);
          },
        ),
        RUNS,
      );
    });
  }
});

describe("a restore over a database", () => {
  const how = { dryRun: false, undo } as const;

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
    const { backupDir: source, ...rest } = made;
    return { ...rest, source, dirs: space.dirs("has"), backupDir: join(space.path, "backup") };
  }

  /** A backup of version 2 restored over version 1. */
  async function makeRestored(space: Workspace) {
    const dirs = space.dirs("has");
    const backupDir = join(space.path, "backup");
    await fillSample(space.dirs("snapshot"), { version: 2, entries: 300 });
    await backupDirectories({ dirs: space.dirs("snapshot"), backupDir });
    await fillSample(dirs, { entries: 300 });
    const before = await stateOf(dirs);
    const given = { dirs, backupDir, mode: "replace", allowNoAdmin: true } as const;
    const report = await restoreDirectories({ ...how, ...given });
    return { backupDir, before, run: report.run as string, after: await stateOf(dirs) };
  }

  const change = async (dir: string, changes: [key: Buffer, value: Buffer][]) => {
    await using database = await openDatabase({ kind: "logs", dir, mode: "write" });
    const { transactNow } = await import("../../../server/engine/lmdb/transact.js");
    await transactNow(database, (tables) => {
      for (const [key, value] of changes) tables.put(key, value);
    });
  };

  const entry = (n: number, fields: Record<string, string>) =>
    [
      entryKey("app", 1_700_000_000_000 + n, uuidOf(String(n))),
      encodeValue({ timestamp: "2023-11-14T22:13:20Z", fields }),
    ] as [Buffer, Buffer];

  it("leaves what came in since, and what was changed since unless told", async () => {
    await using space = await workspace();
    const { dirs, before, run } = await restored(space);
    const added = entry(100_000, { level: "9", came: "later" });
    const changed = entry(1, { level: "8" });
    await change(dirs.logs, [added, [fieldKey("app", "came"), Buffer.alloc(0)], changed]);
    const dry = await undoDirectories({ ...how, dirs, dryRun: true, allowNoAdmin: true });
    const report = await undoDirectories({ ...how, dirs, allowNoAdmin: true });
    expect(dry.undoes).toBe(run);
    expect(dry.databases.map(({ kinds }) => kinds)).toEqual(
      report.databases.map(({ kinds }) => kinds),
    );
    const logs = report.databases.find(({ database }) => database === "logs");
    expect(logs?.changed).toMatchObject({
      records: 1,
      items: [expect.stringMatching(/^entry of stream "app"/)],
    });
    expect(logs?.warnings).toEqual([
      expect.stringMatching(/^1 record was changed after the restore, and stayed/),
    ]);
    const { contents, derived, expected } = await readContents("logs", dirs.logs);
    expect(derived).toEqual(expected);
    for (const [key, value] of [added, changed])
      expect(contents.get(key.toString("hex"))).toBe(value.toString("hex"));
    const told = await undoDirectories({
      ...how,
      dirs,
      run,
      overwriteChanged: true,
      allowNoAdmin: true,
    });
    expect(told.databases.find(({ database }) => database === "logs")?.kinds.entry).toMatchObject({
      overwritten: 1,
    });
    const now = await stateOf(dirs);
    expect([now.auth, now.config]).toEqual([before.auth, before.config]);
  });

  it("keeps the stream and the fields that entries which came since need", async () => {
    await using space = await workspace();
    const dirs = space.dirs("has");
    const backupDir = join(space.path, "backup");
    await fillSample(space.dirs("snapshot"), { entries: 60 });
    await backupDirectories({ dirs: space.dirs("snapshot"), backupDir });
    await restoreDirectories({ ...how, dirs, backupDir, mode: "merge" });
    const added = entry(100_000, { level: "9" });
    await change(dirs.logs, [added]);
    const dry = await undoDirectories({ ...how, dirs, dryRun: true, allowNoAdmin: true });
    const report = await undoDirectories({ ...how, dirs, allowNoAdmin: true });
    expect(dry.databases.map(({ kinds }) => kinds)).toEqual(
      report.databases.map(({ kinds }) => kinds),
    );
    expect(dry.databases.flatMap(({ warnings }) => warnings).join()).toMatch(
      /would stay, for entries that came after the restore: field "level".*stream "app"/,
    );
    const { contents, derived, expected } = await readContents("logs", dirs.logs);
    expect(derived).toEqual(expected);
    const left = [added[0], streamKey("app"), fieldKey("app", "level")];
    expect([...contents.keys()].sort()).toEqual(left.map((key) => key.toString("hex")).sort());
    expect(report.databases.flatMap(({ warnings }) => warnings).join()).toMatch(
      /stayed, for entries that came after the restore: field "level".*stream "app"/,
    );
  });

  it("indexes entries that were there before their stream, however often that comes and goes", async () => {
    await using space = await workspace();
    const [dirs, others] = [space.dirs("has"), space.dirs("snapshot")];
    const hex = ([key, value]: [Buffer, Buffer]): [string, string] => [
      key.toString("hex"),
      value.toString("hex"),
    ];
    const stream = encodeValue({ ttl: 0, size: 0, indexed_fields: ["level"] });
    const none = { auth: new Map(), config: new Map() };
    await fillAll(dirs, { ...none, logs: new Map([hex(entry(1, { level: "8" }))]) });
    await fillAll(others, { ...none, logs: new Map([hex([streamKey("app"), stream])]) });
    const backupDir = join(space.path, "backup");
    await backupDirectories({ dirs: others, backupDir });
    const before = await contentsIn(dirs);
    const given = { ...how, dirs, allowNoAdmin: true };
    await restoreDirectories({ ...given, backupDir, mode: "merge" });
    const after = await contentsIn(dirs);
    const back = await undoDirectories(given);
    expect(await contentsIn(dirs)).toEqual(before);
    await undoDirectories({ ...given, run: back.run });
    expect(await contentsIn(dirs)).toEqual(after);
  });

  it("doesn't put entries into a stream that was deleted since", async () => {
    await using space = await workspace();
    const { dirs } = await restored(space);
    await using store = await openDatabase({ kind: "logs", dir: dirs.logs, mode: "write" });
    const { transactNow } = await import("../../../server/engine/lmdb/transact.js");
    await transactNow(store, (tables) => {
      const head = (kind: string) => Buffer.from(`${kind}\x1bapp`);
      for (const key of [...tables.records.keys()])
        if (
          ["entry", "field", "stream"].some(
            (kind) =>
              key.subarray(0, head(kind).length).equals(head(kind)) &&
              [undefined, 0x1b].includes(key[head(kind).length]),
          )
        )
          tables.remove(key);
    });
    await store.close();
    const report = await undoDirectories({ ...how, dirs, allowNoAdmin: true });
    const { contents, derived, expected } = await readContents("logs", dirs.logs);
    expect(derived).toEqual(expected);
    const names = [...contents.keys()].map((hex) =>
      Buffer.from(hex, "hex").toString().split("\x1b"),
    );
    expect(names.filter(([, stream]) => stream === "app")).toEqual([]);
    expect(
      report.databases.find(({ database }) => database === "logs")?.changed.records,
    ).toBeGreaterThan(0);
  });

  it("is refused where its file is damaged, and nothing changes", async () => {
    await using space = await workspace();
    const { dirs, run, after } = await restored(space);
    const [name = ""] = await readdir(join(dirs.logs, "undo"));
    const path = join(dirs.logs, "undo", name);
    const { size, mode } = await stat(path);
    expect(mode & 0o777).toBe(0o600);
    await using file = await open(path, "r+");
    for (const at of [20, Math.floor(size / 2), size - 3]) {
      const { buffer: byte } = await file.read(Buffer.alloc(1), 0, 1, at);
      await file.write(Buffer.of((byte[0] as number) ^ 1), 0, 1, at);
      await expect(
        undoDirectories({ ...how, dirs, run, allowNoAdmin: true }),
      ).rejects.toMatchObject({
        code: expect.stringMatching(/^SNAPSHOT_(CORRUPT|TRUNCATED|UNSUPPORTED|UNRECOGNIZED)$/),
        message: expect.stringContaining("nothing was taken back"),
      });
      await file.write(byte, 0, 1, at);
      expect(await stateOf(dirs)).toEqual(after);
    }
    await rm(path);
    await expect(undoDirectories({ ...how, dirs, run })).rejects.toMatchObject({
      code: "REFUSED",
      message: expect.stringContaining("the undo file of logs is not kept any more"),
    });
  });

  it("has an undo file that is no snapshot to save from, with its header and without", async () => {
    await using space = await workspace();
    const [dirs, others] = [space.dirs("has"), space.dirs("snapshot")];
    const scripts = (text: string) =>
      new Map(
        ["a", "b", "c"].map((name) => [
          transformerKey(name).toString("hex"),
          Buffer.from(`.${name} = "${text}"`).toString("hex"),
        ]),
      );
    await fill("config", dirs.config, scripts("old"));
    await fill("config", others.config, scripts("new"));
    const backupDir = join(space.path, "backup");
    await backupDirectories({ dirs: others, backupDir, only: ["config"] });
    const { run } = await restoreDirectories({
      ...how,
      dirs,
      backupDir,
      mode: "merge",
      only: ["config"],
    });
    const [name = ""] = await readdir(join(dirs.config, "undo"));
    const path = join(dirs.config, "undo", name);
    const output = join(space.path, "saved");
    await expect(salvageSnapshots({ paths: [path], output })).rejects.toMatchObject({
      code: "SNAPSHOT_UNRECOGNIZED",
      hint: expect.stringContaining(`flowg admin undo ${run}`),
    });
    // scripts may be any bytes, so a change of one passes for one
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(bytes.indexOf("}") + 1));
    await expect(salvageSnapshots({ paths: [path], output })).rejects.toMatchObject({
      code: "SNAPSHOT_UNRECOGNIZED",
    });
  });

  it("is listed with what it was, and whether it can be taken back", async () => {
    await using space = await workspace();
    const { dirs, backupDir, source, run } = await restored(space);
    const none = { dirs, backupDir, dryRun: false, mode: "merge", only: ["config"] } as const;
    await restoreDirectories({ ...none });
    const back = await undoDirectories({ ...how, dirs, run, allowNoAdmin: true });
    expect(back.notes).toEqual([expect.stringMatching(/^restores have come since: /)]);
    const [undone, without, first] = await restoreHistory(dirs);
    expect(undone).toMatchObject({ run: back.run, mode: "undo", undoes: run, canUndo: true });
    expect(without).toMatchObject({
      mode: "merge",
      canUndo: false,
      whyNot: "config was restored without an undo file",
    });
    expect(first).toMatchObject({ run, mode: "replace", undoneBy: back.run, canUndo: true });
    expect(first?.databases.map((one) => [one.database, one.source])).toEqual([
      ["auth", join(source, "auth.db")],
      ["logs", join(source, "log.db")],
      ["config", join(source, "config.db")],
    ]);
    // an older one in its place would be a surprise
    await expect(undoDirectories({ ...how, dirs })).rejects.toMatchObject({ code: "REFUSED" });
  });

  it("keeps as much as it may, and fails as a whole where that is not enough", async () => {
    await using space = await workspace();
    const dirs = space.dirs("has");
    const backupDir = join(space.path, "backup");
    await fillSample(space.dirs("snapshot"), { entries: 300 });
    await backupDirectories({ dirs: space.dirs("snapshot"), backupDir });
    const restore = (bounds: Parameters<typeof undoBounds>[0]) =>
      restoreDirectories({
        dirs,
        backupDir,
        mode: "merge",
        dryRun: false,
        undo: undoBounds(bounds),
      });
    await expect(restore({ bytes: 1000 })).rejects.toMatchObject({
      code: "REFUSED",
      message: expect.stringContaining("nothing was restored"),
      hint: expect.stringContaining("--no-undo"),
    });
    for (let n = 0; n < 4; n++) await restore({ runs: 2 });
    expect(await readdir(join(dirs.logs, "undo"))).toHaveLength(2);
    expect((await restoreHistory(dirs)).map(({ canUndo }) => canUndo)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it("keeps the file of the run that has just ended, whatever the clock says", async () => {
    await using space = await workspace();
    const directory = join(space.path, "undo");
    const names = ["20261129T000000000Z", "20361129T000000000Z", "20361129T000001000Z"].map(
      (time) => `${time}-${uuidOf(time)}.undo`,
    );
    await mkdir(directory);
    for (const name of names) await writeFile(join(directory, name), "x");
    const [made = "", , newest = ""] = names;
    const run = uuidOf("20261129T000000000Z");
    const old = { dir: space.path, notes: [], needed: [run, undefined] };
    await removeOldUndo(old, undoBounds({ runs: 2 }));
    expect((await readdir(directory)).sort()).toEqual([made, newest]);
    await removeOldUndo(old, undoBounds({ runs: 1, days: 0 }));
    expect(await readdir(directory)).toEqual([made]);
  });

  it("of the newest run goes last, also where the clock was set back", async () => {
    await using space = await workspace();
    const directory = join(space.path, "undo");
    const names = ["20361129T000000000Z", "20361129T000001000Z", "20261129T000000000Z"].map(
      (time) => `${time}-${uuidOf(time)}.undo`,
    );
    await mkdir(directory);
    for (const name of names) await writeFile(join(directory, name), "x");
    const notes = names.map((undoFile) => ({ undoFile }));
    const [, second = "", newest = ""] = names;
    await removeOldUndo({ dir: space.path, notes, needed: [] }, undoBounds({ runs: 2 }));
    expect((await readdir(directory)).sort()).toEqual([newest, second]);
    await removeOldUndo({ dir: space.path, notes, needed: [] }, undoBounds({ runs: 1 }));
    expect(await readdir(directory)).toEqual([newest]);
  });

  it("is the newest that is taken back, whatever the clock says", async () => {
    await using space = await workspace();
    const { dirs, backupDir, run: first } = await restored(space);
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      vi.setSystemTime(Date.now() - 7 * 86_400_000);
      const only = (kind: DatabaseKind, mode: "merge" | "replace" = "merge") =>
        restoreDirectories({ ...how, dirs, backupDir, mode, only: [kind], allowNoAdmin: true });
      // of databases that they don't share, only their numbers tell
      const { run: second } = await only("config");
      vi.setSystemTime(Date.now() - 7 * 86_400_000);
      const { run: third } = await only("auth");
      const runs = async () => (await restoreHistory(dirs)).map(({ run }) => run);
      expect(await runs()).toEqual([third, second, first]);
      const back = await undoDirectories({ ...how, dirs, allowNoAdmin: true });
      expect(back).toMatchObject({ undoes: third, notes: [] });
      expect(await runs()).toEqual([back.run, third, second, first]);
      const next = await undoDirectories({ ...how, dirs, allowNoAdmin: true });
      expect(next).toMatchObject({ undoes: second, notes: [] });
      const last = await undoDirectories({ ...how, dirs, allowNoAdmin: true });
      expect(last).toMatchObject({ undoes: first, notes: [] });
    } finally {
      vi.useRealTimers();
    }
  });

  it("whose directory can't be read is not said to be gone", async () => {
    await using space = await workspace();
    const { dirs, run } = await restored(space);
    await rename(join(dirs.logs, "undo"), join(dirs.logs, "elsewhere"));
    await writeFile(join(dirs.logs, "undo"), "a file");
    const refusal = {
      code: "REFUSED",
      message: expect.stringContaining("the directory of logs's undo files can't be read"),
    };
    await expect(undoDirectories({ ...how, dirs, run })).rejects.toMatchObject(refusal);
    const [newest] = await restoreHistory(dirs);
    expect(newest).toMatchObject({ canUndo: false });
  });

  it("comes back with more streams than a block holds", async () => {
    await using space = await workspace();
    const [dirs, others] = [space.dirs("has"), space.dirs("snapshot")];
    const stream = encodeValue({ ttl: 0, size: 0, indexed_fields: [] });
    const streams = (count: number) =>
      new Map(
        Array.from({ length: count }, (_, n) => [
          streamKey(`${"long-name-".repeat(18)}${n}`).toString("hex"),
          stream.toString("hex"),
        ]),
      );
    await fill("logs", dirs.logs, streams(6500));
    await fill("logs", others.logs, streams(7000));
    const backupDir = join(space.path, "backup");
    await backupDirectories({ dirs: others, backupDir, only: ["logs"] });
    const { contents: before } = await readContents("logs", dirs.logs);
    await restoreDirectories({ ...how, dirs, backupDir, mode: "merge", only: ["logs"] });
    expect((await readContents("logs", dirs.logs)).contents.size).toBe(7000);
    await undoDirectories({ ...how, dirs });
    const { contents, derived, expected } = await readContents("logs", dirs.logs);
    expect(contents).toEqual(before);
    expect(derived).toEqual(expected);
  });

  it("leaves no file of one that never came to its end", async () => {
    await using space = await workspace();
    const { dirs, backupDir } = await restored(space);
    const left = join(dirs.logs, "undo", `20261129T000000Z-${uuidOf("killed")}.undo`);
    await writeFile(left, "x");
    await restoreDirectories({ ...how, dirs, backupDir, mode: "merge", only: ["config"] });
    await expect(stat(left)).rejects.toMatchObject({ code: "ENOENT" });
    expect(await readdir(join(dirs.logs, "undo"))).toHaveLength(1);
  });

  it("leaves the files where a note is damaged: nobody knows which was its", async () => {
    await using space = await workspace();
    const { dirs, backupDir } = await restored(space);
    {
      await using database = await openDatabase({ kind: "logs", dir: dirs.logs, mode: "write" });
      const local = rawTable(database, "local");
      const [note] = [...local.getRange({ start: Buffer.from(under("restored").start) })];
      if (!note) throw new Error("no note");
      const value = Buffer.from(note.value);
      value[20] = (value[20] as number) ^ 1;
      local.putSync(note.key, value);
    }
    await restoreDirectories({ ...how, dirs, backupDir, mode: "merge", only: ["config"] });
    expect(await readdir(join(dirs.logs, "undo"))).toHaveLength(1);
  });

  it("is taken back in all databases, however few files may be kept", async () => {
    await using space = await workspace();
    const { dirs, run } = await restored(space);
    const few = undoBounds({ runs: 1 });
    await undoDirectories({ dirs, dryRun: false, undo: few, allowNoAdmin: true });
    // had it failed before the last database, it could be gone on with
    const [back, first] = await restoreHistory(dirs);
    expect([back?.canUndo, first?.run, first?.canUndo]).toEqual([true, run, true]);
  });
});

describe("what is kept", () => {
  const bounds = undoBounds({ runs: 1 });

  it("is nothing where the restore fails on its way", async () => {
    await using space = await workspace();
    const { logs: dir } = space.dirs("has");
    await mkdir(dir, { recursive: true });
    const mark = { run: uuidOf("fails"), at: new Date().toISOString(), of: ["logs" as const] };
    const read = () => Promise.reject(new Error("nothing has a name, so nobody looks"));
    const failing = keepingUndo(
      { place: { kind: "logs", dir }, mark, bounds, read },
      async (keep) => {
        await keep.take({ bytes: new Uint8Array(100), records: 1 });
        throw new Error("the source broke");
      },
    );
    await expect(failing).rejects.toThrow("the source broke");
    expect(await readdir(join(dir, "undo"))).toEqual([]);
  });
});
