// A directory with three filled databases, and `flowg` run in it, for commands that read and write backups.

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseDirs } from "../../server/core.js";
import { DATABASE_KINDS } from "../../server/records/kinds.js";
import { fillSample } from "../operations/offline/sample.js";
import { type Ran, type RunOptions, shell } from "./flowg.js";

export interface Workplace extends AsyncDisposable {
  home: string;
  /** The databases, in `data`, where `flowg` looks for them. */
  dirs: DatabaseDirs;
  /** Where databases are that are kept in `name`. */
  dirsIn(name: string): DatabaseDirs;
  /** Runs a line of the shell there. Its temporary directory is one of its own, so that nothing left in it goes unseen. */
  run(line: string, options?: RunOptions): Promise<Ran>;
  /** What is in that temporary directory. */
  leftovers(): Promise<string[]>;
}

const dirsBelow = (path: string): DatabaseDirs => ({
  auth: join(path, "auth"),
  config: join(path, "config"),
  logs: join(path, "logs"),
});

/** The files of the databases, which a worker fills once. */
let filled: Promise<Buffer[]> | undefined;

async function fillOnce(): Promise<Buffer[]> {
  const home = await mkdtemp(join(tmpdir(), "flowg-workplace-"));
  try {
    const dirs = dirsBelow(home);
    await fillSample(dirs, { entries: 200 });
    return await Promise.all(DATABASE_KINDS.map((kind) => readFile(join(dirs[kind], "data.mdb"))));
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

export async function makeWorkplace(): Promise<Workplace> {
  filled ??= fillOnce();
  const files = await filled;
  const home = await mkdtemp(join(tmpdir(), "flowg-workplace-"));
  const dirsIn = (name: string) => dirsBelow(join(home, name));
  const dirs = dirsIn("data");
  for (const [index, kind] of DATABASE_KINDS.entries()) {
    await mkdir(dirs[kind], { recursive: true, mode: 0o700 });
    await writeFile(join(dirs[kind], "data.mdb"), files[index] as Buffer, { mode: 0o600 });
  }
  const temporary = join(home, "tmp");
  await mkdir(temporary);
  return {
    home,
    dirs,
    dirsIn,
    run: (line, { env } = {}) => shell(line, { cwd: home, env: { TMPDIR: temporary, ...env } }),
    leftovers: () => readdir(temporary),
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  };
}
