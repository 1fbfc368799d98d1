// Several processes, and several containers, write into one directory: each temporary file belongs to one of them.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as sdk from "../../../sdk/node/staged-file.js";
import { hasLocks } from "../../../server/platform/files/file-lock.js";
import { maker } from "../../../server/platform/files/maker.js";
import { sweepScratch } from "../../../server/platform/files/scratch-directory.js";
import * as server from "../../../server/platform/files/staged-file.js";
import { run } from "../../operations/online/flowg-server.js";

const ANOTHER_HOME = "0badcafe";
const LONG_AGO = 0;
const OUR_HOME = maker().split("-")[1];

let dir: string;
let dead: number;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "flowg-owner-"));
  dead = Number((await run(process.execPath, ["-p", "process.pid"])).stdout.toString());
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function put(name: string, time?: number): Promise<string> {
  await writeFile(join(dir, name), "");
  if (time !== undefined) await utimes(join(dir, name), time, time);
  return name;
}

/** Another process that makes something there, says what, and stays. */
async function another(
  module: string,
  script: string,
): Promise<{ child: ChildProcess; made: string }> {
  const url = new URL(`../../../dist/server/platform/files/${module}.js`, import.meta.url);
  const words = ["--input-type=module", "-e"];
  const child = spawn(process.execPath, [
    ...words,
    `const module = await import("${url}"); const dir = ${JSON.stringify(dir)};
     const made = await (${script}); console.log(made.path); setInterval(() => {}, 1000);`,
  ]);
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { child, made: basename(line.toString().trim()) };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

describe.each([
  ["server", server],
  ["SDK", sdk],
])("a sweep of the %s", (_, { StagedFile, sweepStaged }) => {
  test("takes a file of this home by its process", async () => {
    const living = await put(`.a.db.${process.ppid}-${OUR_HOME}-0123abcd.part`, LONG_AGO);
    await put(`.a.db.${dead}-${OUR_HOME}-0123abcd.part`);
    await put(`.b.db.${process.pid}-${OUR_HOME}-0123abcd.part`, LONG_AGO);
    const young = await put(`.c.db.${process.pid}-${OUR_HOME}-0123abcd.part`);
    await using mine = await StagedFile.create(join(dir, "mine.db"));
    await sweepStaged(dir);
    expect((await readdir(dir)).sort()).toEqual([living, young, basename(mine.path)].sort());
  });

  test("takes a file of another home only when it is old, whatever process has that number here", async () => {
    const young = [];
    for (const pid of [dead, process.pid, process.ppid, 1]) {
      young.push(await put(`.a.db.${pid}-${ANOTHER_HOME}-0123abcd.part`));
      await put(`.b.db.${pid}-${ANOTHER_HOME}-0123abcd.part`, LONG_AGO);
    }
    await sweepStaged(dir);
    expect((await readdir(dir)).sort()).toEqual(young.sort());
  });

  test("leaves what the other half writes", async () => {
    await using ours = await server.StagedFile.create(join(dir, "ours.db"));
    await using theirs = await sdk.StagedFile.create(join(dir, "theirs.db"));
    await sweepStaged(dir);
    expect((await readdir(dir)).sort()).toEqual(
      [basename(ours.path), basename(theirs.path)].sort(),
    );
  });
});

describe("a lock", () => {
  const locked = (home = ANOTHER_HOME) => `.a.db.1-${home}-locked-0123abcd.part`;

  test("keeps a staged file as long as its maker lives, however old and of whatever home it is", async ({
    skip,
  }) => {
    skip(!hasLocks(), "no locks here");
    const { child, made } = await another(
      "staged-file",
      `module.StagedFile.create(dir + "/a.db").then(async (file) => { await file.write(Buffer.from("x")); await file.flush(); return file; })`,
    );
    // as if it were of another container
    const theirs = locked();
    await rename(join(dir, made), join(dir, theirs));
    await utimes(join(dir, theirs), LONG_AGO, LONG_AGO);
    await server.sweepStaged(dir);
    await sdk.sweepStaged(dir);
    expect(await readdir(dir)).toEqual([theirs]);
    await kill(child);
    // the SDK has no locks and can't tell
    await sdk.sweepStaged(dir);
    expect(await readdir(dir)).toEqual([theirs]);
    await server.sweepStaged(dir);
    expect(await readdir(dir)).toEqual([]);
  });

  test("keeps a scratch directory as long", async ({ skip }) => {
    skip(!hasLocks(), "no locks here");
    const { child, made } = await another("scratch-directory", "module.makeScratchDirectory(dir)");
    const theirs = `.flowg-scratch-1-${ANOTHER_HOME}-locked-Xy12Ab`;
    await rename(join(dir, made), join(dir, theirs));
    await utimes(join(dir, theirs), LONG_AGO, LONG_AGO);
    await sweepScratch(dir);
    expect(await readdir(dir)).toEqual([theirs]);
    await kill(child);
    await sweepScratch(dir);
    expect(await readdir(dir)).toEqual([]);
  });

  test("that is gone before its file is made leaves a directory to its maker's number", async () => {
    await mkdir(join(dir, `.flowg-scratch-${dead}-${OUR_HOME}-locked-Xy12Ab`));
    const living = `.flowg-scratch-${process.ppid}-${OUR_HOME}-locked-Xy12Ab`;
    await mkdir(join(dir, living));
    await sweepScratch(dir);
    expect(await readdir(dir)).toEqual([living]);
  });
});

test("a sweep that looks while files are made costs nobody a file", async () => {
  const { child } = await another(
    "staged-file",
    `(async () => { setInterval(() => module.sweepStaged(dir), 0); return { path: dir }; })()`,
  );
  for (let n = 0; n < 300; n++) {
    await using file = await server.StagedFile.create(join(dir, "a.db"));
    await file.write(Buffer.from(`${n}`));
    await file.flush();
    await file.publish();
  }
  await kill(child);
  expect(await readdir(dir)).toEqual(["a.db"]);
});
