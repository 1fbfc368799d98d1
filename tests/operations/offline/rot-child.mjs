// Backs up databases that are damaged, each of the directories that are named, in a process that may die of it. Says a line
// of JSON for each: what became of it.

import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { backupDirectories } from "../../../dist/server/core.js";
import { readFileBytes } from "../../../dist/server/formats/snapshot/file.js";
import { readSnapshot } from "../../../dist/server/formats/snapshot/read.js";

const NAMES = { auth: "auth.db", config: "config.db", logs: "log.db" };

for (const home of process.argv.slice(2)) {
  const dirs = Object.fromEntries(Object.keys(NAMES).map((kind) => [kind, join(home, kind)]));
  const backupDir = join(home, "backup");
  process.stdout.write(`${JSON.stringify({ home, began: true })}\n`);
  mkdirSync(backupDir);
  writeFileSync(join(backupDir, "log.db"), "older");
  const result = await backupDirectories({ dirs, backupDir, skipDamaged: false }).then(
    async () => ({ contents: await contentsOf(backupDir) }),
    ({ code, message, details }) => ({ code, message, details }),
  );
  process.stdout.write(`${JSON.stringify({ home, ...result })}\n`);
}

/** @param {string} backupDir */
async function contentsOf(backupDir) {
  const hash = createHash("sha256");
  for (const name of Object.values(NAMES)) {
    await readSnapshot(readFileBytes(join(backupDir, name)), {
      onBlock: (block) => void hash.update(block),
    });
  }
  return hash.digest("hex");
}
