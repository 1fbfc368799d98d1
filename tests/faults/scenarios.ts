// The commands that are tried with faults: backup, restore, its undo, import of FlowG's own files.

import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  backupDirectories,
  type DatabaseDirs,
  restoreDirectories,
  undoBounds,
} from "../../server/core.js";
import { fillSample } from "../operations/offline/sample.js";
import type { Scenario } from "./scenario.js";

const FIXTURES = fileURLToPath(new URL("../fixtures/flowg-0.24.1", import.meta.url));
/** Pages are read one by one, and each of these reads may fail. */
const ENTRIES = 200;
const ACCOUNTS = 12;

const dirsIn = (root: string): DatabaseDirs => ({
  auth: join(root, "data/auth"),
  config: join(root, "data/config"),
  logs: join(root, "data/logs"),
});

const flags = (root: string) => [
  "--auth-dir",
  join(root, "data/auth"),
  "--config-dir",
  join(root, "data/config"),
  "--log-dir",
  join(root, "data/logs"),
];

export const SCENARIOS = [
  "backup over an older one",
  "first backup",
  "restore over other data",
  "restore where nothing is",
  "undo of a restore",
  "import of FlowG's files",
  "backup of a server over an older one",
  "compaction",
] as const;
export type ScenarioName = (typeof SCENARIOS)[number];

/** A server whose faults only its client meets. */
export interface Online {
  FLOWG_URL: string;
  FLOWG_TOKEN: string;
}

/** @param space where the templates are made */
export async function makeScenarios(
  space: string,
  online: Online,
): Promise<Record<ScenarioName, Scenario>> {
  const at = (name: string) => join(space, "templates", name);

  // an older backup beside newer data
  await fillSample(dirsIn(at("backup")), { version: 1, entries: ENTRIES, accounts: ACCOUNTS });
  await backupDirectories({ dirs: dirsIn(at("backup")), backupDir: join(at("backup"), "backup") });
  await fillSample(dirsIn(at("backup")), { version: 2, entries: ENTRIES, accounts: ACCOUNTS });

  // data, and no backup yet
  await cp(join(at("backup"), "data"), join(at("first backup"), "data"), { recursive: true });

  // a backup, and no data yet
  await cp(join(at("backup"), "backup"), join(at("restore"), "backup"), { recursive: true });

  // a restore that is to be taken back
  await cp(at("backup"), at("undo"), { recursive: true });
  const { run = "" } = await restoreDirectories({
    dirs: dirsIn(at("undo")),
    backupDir: join(at("undo"), "backup"),
    mode: "replace",
    dryRun: false,
    allowNoAdmin: true,
    undo: undoBounds(),
  });

  // FlowG's own files
  await mkdir(at("import"), { recursive: true });
  for (const name of ["auth.db", "config.db", "log.db"]) {
    await cp(join(FIXTURES, name), join(at("import"), "backup", name));
  }

  // files with much that is free
  await fillSample(dirsIn(at("compact")), {
    version: 1,
    entries: 20 * ENTRIES,
    accounts: 4 * ACCOUNTS,
  });
  await fillSample(dirsIn(at("compact")), { version: 2, entries: ENTRIES, accounts: ACCOUNTS });

  return {
    "backup over an older one": backup(at("backup"), "backup"),
    "first backup": { ...backup(at("first backup"), "new/backup"), shared: "data/" },
    "restore over other data": restore(at("backup"), ["--replace"]),
    "restore where nothing is": restore(at("restore"), []),
    "undo of a restore": {
      ...restore(at("undo"), []),
      words: (root) => ["admin", "undo", run, "--yes", "--allow-no-admin", ...flags(root)],
      toldNew: (message) => listAfter(/; taken back: ([^;\n]*)/, message),
    },
    "import of FlowG's files": { ...restore(at("import"), []), shared: "data/" },
    "backup of a server over an older one": {
      ...backup(at("restore"), "backup"),
      // the server has less than that backup
      words: (root) => ["admin", "backup", "--backup-dir", join(root, "backup"), "--allow-shrink"],
      env: { ...online },
    },
    compaction: {
      template: at("compact"),
      result: "sizes",
      mayBeMixed: true,
      words: (root) => ["admin", "compact", ...flags(root)],
      places: (root) => ({ dirs: dirsIn(root) }),
      toldNew: (message) => listAfter(/; compacted: ([^;\n]*)/, message),
    },
  };
}

function backup(template: string, into: string): Scenario {
  return {
    template,
    result: "files",
    mayBeMixed: true,
    words: (root) => ["admin", "backup", "--backup-dir", join(root, into), ...flags(root)],
    places: (root) => ({ dirs: dirsIn(root), backupDir: join(root, into) }),
    toldNew: (message) => listAfter(/of the new backup: ([^;\n]*)/, message),
  };
}

function restore(template: string, more: string[]): Scenario {
  return {
    template,
    result: "databases",
    mayBeMixed: true,
    words: (root) => [
      "admin",
      "restore",
      "--backup-dir",
      join(root, "backup"),
      "--yes",
      ...more,
      ...flags(root),
    ],
    places: (root) => ({ dirs: dirsIn(root) }),
    toldNew: (message) => listAfter(/; restored: ([^;\n]*)/, message),
  };
}

function listAfter(pattern: RegExp, message: string): string[] | undefined {
  return pattern.exec(message)?.[1]?.split(", ");
}
