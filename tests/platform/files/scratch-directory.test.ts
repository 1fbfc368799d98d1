// Scratch directories in a directory where others write, too, such as the temporary directory.

import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  makeScratchDirectory,
  sweepScratch,
} from "../../../server/platform/files/scratch-directory.js";
import { run } from "../../operations/online/flowg-server.js";

let dir: string;
let parent: string;
let elsewhere: string;
let dead: number;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "flowg-scratch-test-"));
  parent = join(dir, "tmp");
  elsewhere = join(dir, "elsewhere");
  await mkdir(parent);
  await chmod(parent, 0o1777);
  await mkdir(elsewhere);
  await writeFile(join(elsewhere, "precious"), "keep me");
  dead = Number((await run(process.execPath, ["-p", "process.pid"])).stdout.toString());
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const planted = (id: string): string => join(parent, `.flowg-scratch-${dead}-${id}`);
const precious = () => readFile(join(elsewhere, "precious"), "utf8");

describe("a scratch directory", () => {
  test("is its owner's only, has a name that can't be guessed, and goes away", async () => {
    {
      await using one = await makeScratchDirectory(parent);
      await using two = await makeScratchDirectory(parent);
      expect(one.path).not.toBe(two.path);
      expect((await stat(one.path)).mode & 0o777).toBe(0o700);
      expect(one.path).toMatch(/[A-Za-z0-9]{6}$/);
    }
    expect(await readdir(parent)).toEqual([]);
  });
});

describe("a sweep", () => {
  test("removes what a killed run of this user left", async () => {
    await mkdir(join(planted("aaaaaa"), "flowg-import-x"), { recursive: true });
    await writeFile(join(planted("aaaaaa"), "flowg-import-x", "data"), "half");
    await sweepScratch(parent);
    expect(await readdir(parent)).toEqual([]);
  });

  test("follows no link, neither in place of a directory nor inside one", async () => {
    await symlink(elsewhere, planted("aaaaaa"));
    await mkdir(planted("bbbbbb"));
    await symlink(elsewhere, join(planted("bbbbbb"), "data"));
    await symlink(join(elsewhere, "precious"), join(planted("bbbbbb"), "data.mdb"));
    await sweepScratch(parent);
    expect(await precious()).toBe("keep me");
    expect(await readdir(parent)).toEqual([`.flowg-scratch-${dead}-aaaaaa`]);
  });

  test("leaves a directory in which others can write, who may swap what is in it for links", async () => {
    await mkdir(planted("aaaaaa"));
    await writeFile(join(planted("aaaaaa"), "data"), "theirs");
    for (const mode of [0o777, 0o770, 0o702]) {
      await chmod(planted("aaaaaa"), mode);
      await sweepScratch(parent);
      expect(await readdir(planted("aaaaaa"))).toEqual(["data"]);
    }
  });

  test("touches nothing of another user's", async ({ skip }) => {
    skip(process.geteuid?.() !== 0, "only root can make what is another user's");
    await mkdir(planted("aaaaaa"), 0o700);
    await writeFile(join(planted("aaaaaa"), "data"), "theirs");
    await utimes(planted("aaaaaa"), 0, 0);
    await chown(planted("aaaaaa"), 65_534, 65_534);
    await using mine = await makeScratchDirectory(parent);
    expect(await readdir(planted("aaaaaa"))).toEqual(["data"]);
    await stat(mine.path);
  });

  test("leaves another user's staged file", async ({ skip }) => {
    skip(process.geteuid?.() !== 0, "only root can make what is another user's");
    const { sweepStaged } = await import("../../../server/platform/files/staged-file.js");
    const sdk = await import("../../../sdk/node/staged-file.js");
    for (const [id, owner] of [
      ["00000000", 65_534],
      ["11111111", 0],
    ] as const) {
      const path = join(parent, `.auth.db.${dead}-${id}.part`);
      await writeFile(path, "");
      await chown(path, owner, owner);
    }
    await sweepStaged(parent);
    expect(await readdir(parent)).toEqual([`.auth.db.${dead}-00000000.part`]);
    await sdk.sweepStaged(parent);
    expect(await readdir(parent)).toEqual([`.auth.db.${dead}-00000000.part`]);
  });
});
