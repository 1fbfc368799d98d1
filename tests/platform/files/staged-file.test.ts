// The server's staged files and the SDK's do the same. There are two, because the SDK imports nothing of the server.

import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as sdk from "../../../sdk/node/staged-file.js";
import { fileError } from "../../../server/platform/files/file-error.js";
import { flushDirectory } from "../../../server/platform/files/flush-directory.js";
import * as server from "../../../server/platform/files/staged-file.js";
import { run } from "../../operations/online/flowg-server.js";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "flowg-staged-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const failed = (code: string) => Object.assign(new Error(code), { code, syscall: "write" });

test.each(
  "ENOENT EACCES EPERM EROFS EISDIR ENOTDIR EEXIST ENOSPC EDQUOT EFBIG EIO EMFILE ELOOP".split(" "),
)("server and SDK say the same of %s", (code) => {
  const path = join(dir, "log.db");
  const said = [fileError, sdk.fileError].map((tell) => {
    const { code: kind, message } = tell(failed(code), "write", path) as Error & { code: string };
    return { kind, message };
  });
  expect(said[1]).toEqual(said[0]);
});

describe.each([
  ["server", { ...server, fileError, flushDirectory }],
  ["SDK", sdk],
])("a staged file of the %s", (_, { StagedFile, fileError, flushDirectory, sweepStaged }) => {
  test("gets its name once it is whole, in place of an older one", async () => {
    const target = join(dir, "log.db");
    await writeFile(target, "older");
    await using file = await StagedFile.create(target);
    await file.write(Buffer.from("new"));
    await file.flush();
    expect(await readFile(target, "utf8")).toBe("older");
    expect((await stat(file.path)).mode & 0o777).toBe(0o600);
    await file.publish();
    expect(await readFile(target, "utf8")).toBe("new");
    expect(await readdir(dir)).toEqual(["log.db"]);
  });

  test("is gone if it never gets its name", async () => {
    const target = join(dir, "never.db");
    {
      await using file = await StagedFile.create(target);
      await file.write(Buffer.from("half"));
    }
    expect(await readdir(dir)).not.toContain("never.db");
    expect((await readdir(dir)).filter((name) => name.includes("never"))).toEqual([]);
  });

  test("is swept when its process is gone, or was another with the same number", async () => {
    const { stdout } = await run(process.execPath, ["-p", "process.pid"]);
    const left = [Number(stdout.toString()), process.pid].map(
      (pid) => `.a.db.${pid}-0123abcd.part`,
    );
    const living = `.a.db.${process.ppid}-0123abcd.part`;
    const another = `.b.db.${process.pid}-0123abcd.part`;
    for (const name of [...left, living, another]) await writeFile(join(dir, name), "");
    // before this process began
    for (const name of left) await utimes(join(dir, name), 0, 0);
    await using mine = await StagedFile.create(join(dir, "mine.db"));
    await sweepStaged(dir);
    const names = await readdir(dir);
    expect(names.filter((name) => left.includes(name))).toEqual([]);
    expect(names).toContain(living);
    // of another container, where a process with this number is at work
    expect(names).toContain(another);
    await stat(mine.path);
  });

  test.each(["ENOSPC", "EDQUOT", "EFBIG"])("says of %s that there is no room", (code) => {
    expect(fileError(failed(code), "write", "/x/a.db")).toMatchObject({
      code: "DISK_FULL",
      message: "no space left to write /x/a.db",
      hint: expect.stringContaining("free some space"),
    });
  });

  test("says of the rest what the system says, and where", () => {
    expect(fileError(failed("EACCES"), "write", "/x/a.db")).toMatchObject({
      code: "FILE_UNAVAILABLE",
      message: "cannot write /x/a.db: permission denied",
    });
  });

  test("doesn't fail where a directory can't be flushed, but where there is none", async ({
    skip,
  }) => {
    skip(process.platform !== "linux", "only Linux has /proc, which can't be");
    await flushDirectory("/proc");
    await expect(flushDirectory(join(dir, "none"))).rejects.toMatchObject({
      code: "FILE_UNAVAILABLE",
    });
  });
});
