// Where the things are that one task makes and another needs, under a run's temporary directory.

import { join } from "node:path";
import type { DatabaseDirs } from "../../server/core.js";

export interface Places {
  /** The databases that are backed up. */
  source: DatabaseDirs;
  /** Backups of them: `auth.db`, `log.db`, `config.db`. */
  backup: string;
  /** What was restored last. */
  restored: DatabaseDirs;
  /** A backup of the same logs as FlowG would have made it: `log.db`. */
  flowg: string;
  /** A copy of the databases that are backed up, to which is added. */
  growing: DatabaseDirs;
  /** Repositories of those, and the keys to them. */
  repositories: string;
  /** Belongs to one task. */
  scratch: string;
}

export function places(home: string): Places {
  return {
    source: dirsIn(join(home, "source")),
    backup: join(home, "backup"),
    restored: dirsIn(join(home, "restored")),
    flowg: join(home, "flowg"),
    growing: dirsIn(join(home, "growing")),
    repositories: join(home, "repositories"),
    scratch: join(home, "scratch"),
  };
}

export const dirsIn = (path: string): DatabaseDirs => ({
  auth: join(path, "auth"),
  config: join(path, "config"),
  logs: join(path, "logs"),
});
