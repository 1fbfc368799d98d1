// Files get their names together, by the server's code and by the SDK's. There are two, because the SDK imports nothing of the
// server. They do the same, and each can complete what the other has left.

import {
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as sdkPublish from "../../../sdk/node/publish.js";
import * as sdkStaged from "../../../sdk/node/staged-file.js";
import { maker } from "../../../server/platform/files/maker.js";
import * as serverPublish from "../../../server/platform/files/publish.js";
import * as serverStaged from "../../../server/platform/files/staged-file.js";
import { run } from "../../operations/online/flowg-server.js";

const NAMES = ["a.db", "b.db", "c.db"];

let dir: string;
let dead: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "flowg-publish-"));
  const pid = (await run(process.execPath, ["-p", "process.pid"])).stdout.toString().trim();
  dead = `${pid}-${maker().split("-")[1]}-0123abcd`;
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const at = (name: string) => join(dir, name);
const contents = (name: string) => readFile(at(name), "utf8");

async function put(text: string, names: readonly string[] = NAMES): Promise<void> {
  for (const name of names) await writeFile(at(name), text);
}

/** A file's identity as journals write it. */
async function presentIdentity(path: string): Promise<string> {
  const { dev, ino, size, mtimeNs } = await lstat(path, { bigint: true });
  return `${dev}:${ino}:${size}:${mtimeNs}`;
}

/** The same as journals of earlier versions write it. */
async function earlierIdentity(path: string): Promise<string> {
  const { dev, ino } = await lstat(path);
  return `${dev}:${ino}`;
}

/** What a process has left that was killed when it had given these their new names. */
async function cutAfter(
  named: readonly string[],
  hadOlder: readonly string[],
  identity = presentIdentity,
): Promise<void> {
  const entries = [];
  for (const name of NAMES) {
    const staged = at(`.${name}.${dead}.part`);
    await writeFile(staged, "new");
    entries.push({ name, hadOlder: hadOlder.includes(name), file: await identity(staged) });
    if (hadOlder.includes(name)) await link(at(name), at(`.${name}.${dead}.older`));
    if (named.includes(name)) await rename(staged, at(name));
  }
  await writeFile(at(`.publish.${dead}.journal`), JSON.stringify(entries));
}

describe.each([
  ["server", { ...serverPublish, ...serverStaged }],
  ["SDK", { ...sdkPublish, ...sdkStaged }],
])("several files of the %s", (_, { StagedFile, publishAll, recoverPublications, sweepStaged }) => {
  type Files = Parameters<typeof serverPublish.publishAll>[0] &
    Parameters<typeof sdkPublish.publishAll>[0];

  async function staged(): Promise<Files> {
    const files = [];
    for (const name of NAMES) {
      const file = await StagedFile.create(at(name));
      await file.write(Buffer.from("new"));
      await file.flush();
      files.push(file);
    }
    return files as unknown as Files;
  }

  async function clean(): Promise<string[]> {
    await recoverPublications(dir);
    await sweepStaged(dir);
    return await readdir(dir);
  }

  test("get their names together, and leave nothing else", async () => {
    await put("older", ["b.db"]);
    await publishAll(await staged());
    expect(await readdir(dir)).toEqual(NAMES);
    for (const name of NAMES) expect(await contents(name)).toBe("new");
  });

  test("all keep what was there, if one of them can't", async () => {
    await put("older", ["a.db", "b.db"]);
    const files = await staged();
    await mkdir(at("c.db"));
    await expect(publishAll(files)).rejects.toMatchObject({ code: "FILE_UNAVAILABLE" });
    for (const file of files) await file[Symbol.asyncDispose]();
    expect(await readdir(dir)).toEqual(NAMES);
    for (const name of ["a.db", "b.db"]) expect(await contents(name)).toBe("older");
  });

  test.each([[[]], [["a.db"]], [["a.db", "b.db"]]])(
    "of a process that was killed after %j are put back",
    async (named) => {
      await put("older");
      await cutAfter(named, NAMES);
      expect(await clean()).toEqual(NAMES);
      for (const name of NAMES) expect(await contents(name)).toBe("older");
    },
  );

  test("of a killed process are taken away where nothing was before", async () => {
    await put("older", ["c.db"]);
    await cutAfter(["a.db"], ["c.db"]);
    expect(await clean()).toEqual(["c.db"]);
    expect(await contents("c.db")).toBe("older");
  });

  test("stay if all had their names when the process was killed", async () => {
    await put("older");
    await cutAfter(NAMES, NAMES);
    expect(await clean()).toEqual(NAMES);
    for (const name of NAMES) expect(await contents(name)).toBe("new");
  });

  test("are put back once more where that was cut, too", async () => {
    await put("older");
    await cutAfter(["a.db", "b.db"], NAMES);
    await rename(at(`.b.db.${dead}.older`), at("b.db"));
    expect(await clean()).toEqual(NAMES);
    for (const name of NAMES) expect(await contents(name)).toBe("older");
  });

  test("of a killed process don't take the place of what somebody has put there since", async () => {
    await put("older");
    await cutAfter(["a.db"], NAMES);
    for (const name of NAMES) {
      await writeFile(at("theirs"), "theirs");
      await rename(at("theirs"), at(name));
    }
    expect(await clean()).toEqual(NAMES);
    for (const name of NAMES) expect(await contents(name)).toBe("theirs");
  });

  test("of an earlier version, that was killed, are put back, too", async () => {
    await put("older");
    await cutAfter(["a.db", "b.db"], NAMES, earlierIdentity);
    expect(await clean()).toEqual(NAMES);
    for (const name of NAMES) expect(await contents(name)).toBe("older");
  });

  test("of a killed process leave what got the number of one of them", async () => {
    await put("older");
    await cutAfter(["a.db"], NAMES);
    const number = (await lstat(at("a.db"))).ino;
    await writeFile(at("a.db"), "theirs");
    expect((await lstat(at("a.db"))).ino).toBe(number);
    expect(await clean()).toEqual(NAMES);
    expect(await contents("a.db")).toBe("theirs");
    expect(await contents("b.db")).toBe("older");
  });

  test("are what they were where the journal was cut", async () => {
    await put("older");
    await writeFile(at(`.publish.${dead}.journal`), '[{"name":"a.d');
    expect(await clean()).toEqual(NAMES);
    for (const name of NAMES) expect(await contents(name)).toBe("older");
  });

  test("of a journal that names what lies elsewhere touch nothing there", async () => {
    await put("older");
    await cutAfter(["a.db"], NAMES);
    await mkdir(at("below"));
    await put("elsewhere", ["below/x"]);
    const { dev, ino } = await lstat(at("below/x"));
    const entries = [{ name: "below/x", hadOlder: false, file: `${dev}:${ino}` }];
    await writeFile(at(`.publish.${dead}.journal`), JSON.stringify(entries));
    await clean();
    expect(await contents("below/x")).toBe("elsewhere");
  });

  test("are left alone while their process lives", async () => {
    await put("older");
    dead = `${process.ppid}-${maker().split("-")[1]}-0123abcd`;
    await cutAfter(["a.db"], NAMES);
    const before = await readdir(dir);
    expect(await clean()).toEqual(before);
  });
});
