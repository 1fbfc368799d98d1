// `npm run demo`: what this project is for, in one go. Fills the three databases from backups that FlowG v0.24.1 made,
// backs them up, restores into new directories, and shows that both are the same. Works in a temporary directory, which
// it removes. Every step is the built `flowg`, run as a user would.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const FLOWG = join(PROJECT, "dist/cli/main.js");
const FROM_FLOWG = join(PROJECT, "tests/fixtures/flowg-0.24.1");

const COPY = ["--auth-dir", "copy/auth", "--config-dir", "copy/config", "--log-dir", "copy/logs"];
/** Whatever the machine sets: here the defaults count. */
const NO_SETTINGS = {
  FLOWG_AUTH_DIR: "",
  FLOWG_CONFIG_DIR: "",
  FLOWG_LOG_DIR: "",
  FLOWG_BACKUP_DIR: "",
  FLOWG_URL: "",
};

const say = (text) => process.stdout.write(`${wrapped(text)}\n`);
/** From the build: lines end between words on a terminal, as flowg's own do. */
let wrap = (line) => line;
let steps = 0;
const step = (what) => say(`\n${++steps}. ${what}`);

if (!existsSync(FLOWG)) {
  say("There is no build: run `npm ci`, or `npm run build`, first.");
  process.exit(1);
}
({ wrap } = await import("../../dist/cli/output/wrap.js"));
const work = mkdtempSync(join(tmpdir(), "flowg-demo-"));
try {
  demo();
} finally {
  rmSync(work, { recursive: true, force: true });
}
say(`\nDone. Everything was in ${work}, which is removed.`);

function demo() {
  say(`Working in ${work}.`);

  step("Take over what FlowG v0.24.1 backed up");
  flowg(["admin", "restore", "--backup-dir", FROM_FLOWG]);

  step("Back up the three databases");
  flowg(["admin", "backup"]);

  step("Check the backup");
  flowg(["admin", "verify", "backup"]);

  step("Restore it into new directories");
  flowg(["admin", "restore", ...COPY]);

  step("Compare the backup with both, record by record");
  const compare = ["admin", "restore", "--dry-run", "--replace", "--json"];
  for (const words of [compare, [...compare, ...COPY]]) {
    const { databases } = JSON.parse(flowg(words));
    say(`${unchanged(databases).toLocaleString("en")} records are the same, none differs`);
  }

  step("Change one byte of a snapshot, and try to restore it");
  const path = join(work, "backup/log.db");
  const bytes = readFileSync(path);
  bytes[bytes.length >>> 1] ^= 1;
  writeFileSync(path, bytes);
  flowg(["admin", "restore", ...COPY], 3);
}

/** Tables stay as they are: their lines fit, or hold no running text. */
function wrapped(text) {
  const { columns } = process.stdout;
  if (columns === undefined) return text;
  const lines = text.split("\n");
  return lines.map((line) => (line.length > columns ? wrap(line, columns, 0) : line)).join("\n");
}

/** Runs a command, shows it and what it says, and demands its exit code. */
function flowg(words, expected = 0) {
  say(`$ flowg ${words.join(" ")}`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [FLOWG, ...words], {
    cwd: work,
    encoding: "utf8",
    env: { ...process.env, ...NO_SETTINGS },
  });
  // not the lines that show progress
  const said = stderr.split("\n").filter((line) => /^(warning|error|hint):/.test(line));
  if (!words.includes("--json")) say([stdout.trimEnd(), ...said].join("\n").trim());
  if (status !== expected) throw new Error(`exit code ${status} instead of ${expected}: ${stderr}`);
  return stdout;
}

/** How many records a restore would leave as they are. Throws if it would change any. */
function unchanged(databases) {
  let count = 0;
  for (const { database, kinds } of databases) {
    for (const [kind, counts] of Object.entries(kinds)) {
      const { unchanged, ...changes } = counts;
      if (Object.values(changes).some((number) => number > 0))
        throw new Error(`${database} ${kind}: ${JSON.stringify(counts)}`);
      count += unchanged;
    }
  }
  return count;
}
