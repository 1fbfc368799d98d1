// A directory with three filled databases, and `flowg` run in it, for commands that read and write backups.

import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseDirs } from "../../server/core.js";
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

export async function makeWorkplace(): Promise<Workplace> {
  const home = await mkdtemp(join(tmpdir(), "flowg-workplace-"));
  const dirsIn = (name: string): DatabaseDirs => ({
    auth: join(home, name, "auth"),
    config: join(home, name, "config"),
    logs: join(home, name, "logs"),
  });
  const dirs = dirsIn("data");
  await fillSample(dirs, { entries: 200 });
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
