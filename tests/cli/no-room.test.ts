// A system without room for the data, for one more file, or for one more thread. Each gets its own words.

import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { backupDirectories } from "../../server/core.js";
import { fillSample } from "../operations/offline/sample.js";
import { smallDisk } from "../platform/files/small-disk.js";
import { BUILT, flowg, type Ran, shell } from "./flowg.js";

/** A user without any other process. */
const UID = 61_234;
const STACK = /^\s+at .*\d+:\d+/m;

async function inHome(work: (home: string) => Promise<void>) {
  const home = await mkdtemp(join(tmpdir(), "flowg-no-room-"));
  try {
    await work(home);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

test("an account can't be saved on a full disk: that is one error, and nothing is lost", ({
  skip,
}) =>
  inHome(async (home) => {
    const disk = join(home, "disk");
    using _ = await smallDisk(disk, "4m", skip);
    const auth = ["--auth-dir", join(disk, "auth")];
    const create = (name: string): Promise<Ran> =>
      flowg(["admin", "user", "create", "--name", name, "--password-stdin", ...auth], {
        stdin: "correct horse battery",
      });
    expect((await create("first")).code).toBe(0);
    const { bavail, bsize } = await statfs(disk);
    const filler = join(disk, "filler");
    await writeFile(filler, Buffer.alloc(bavail * bsize));
    for (const name of ["second", "third"]) {
      const { code, stderr } = await create(name);
      expect([code, stderr]).toEqual([
        4,
        expect.stringMatching(/error: no space left for the auth/),
      ]);
      expect(stderr).not.toMatch(STACK);
      // in its own words LMDB has failed to write, and that can end a process
      expect(stderr).not.toMatch(/Write error/);
    }
    await rm(filler);
    expect((await create("second")).code).toBe(0);
    const { stdout } = await flowg(["admin", "user", "list", ...auth]);
    expect(stdout.match(/first|second|third/g)).toEqual(["first", "second"]);
  }));

test("a disk that takes no more files is told from one without space", ({ skip }) =>
  inHome(async (home) => {
    const data = join(home, "data");
    const dirs = {
      auth: join(data, "auth"),
      config: join(data, "config"),
      logs: join(data, "logs"),
    };
    await fillSample(dirs, { entries: 10 });
    const disk = join(home, "disk");
    using _ = await smallDisk(disk, "16m,nr_inodes=3", skip);
    const into = join(disk, "backup");
    await mkdir(into);
    const words = ["--auth-dir", dirs.auth, "--config-dir", dirs.config, "--log-dir", dirs.logs];
    const { code, stderr } = await flowg(["admin", "backup", "--backup-dir", into, ...words]);
    expect([code, stderr]).toEqual([
      4,
      expect.stringMatching(/error: no more files fit on the disk/),
    ]);
    expect(stderr).toMatch(/hint: .*inodes/);
  }));

test("a system that starts no more threads isn't a fault of the program", ({ skip }) => {
  skip(process.getuid?.() !== 0, "only root may become somebody whose processes are few");
  return inHome(async (home) => {
    const dirs = {
      auth: join(home, "auth"),
      config: join(home, "config"),
      logs: join(home, "logs"),
    };
    await fillSample(dirs, { entries: 10 });
    const backup = join(home, "backup");
    await backupDirectories({ dirs, backupDir: backup });
    spawnSync("chown", ["-R", String(UID), home]);
    // how many Node takes for itself differs, but between none of ours and all of ours lies one that is too few
    let tooFew = 0;
    for (let most = 8; most <= 20; most += 2) {
      const line = `ulimit -u ${most}; exec '${process.execPath}' '${BUILT}' admin verify '${backup}'`;
      const { code, stderr } = await shell(line, { uid: UID });
      expect([most, stderr]).toEqual([most, expect.not.stringMatching(/unexpected fault/)]);
      if (code !== 7) continue;
      tooFew++;
      expect(stderr).toMatch(/hint: raise the limit of processes/);
    }
    expect(tooFew).toBeGreaterThan(0);
  });
});
