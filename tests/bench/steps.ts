// What is run, in this order: some need what an earlier one left.

import { fileURLToPath } from "node:url";
import type { Step } from "./measure.js";
import type { Row } from "./rows.js";

const OFF = ["--import", fileURLToPath(new URL("./no-checksums.js", import.meta.url))];

export const STEPS: readonly Step[] = [
  { name: "walk" },
  { name: "cp" },
  { name: "backup-written" },
  { name: "backup-written-unchecked", task: "backup-written", nodeFlags: OFF },
  { name: "backup" },
  { name: "backup-unchecked", task: "backup", nodeFlags: OFF },
  { name: "verify" },
  { name: "verify-again", task: "verify", variant: "again" },
  { name: "salvage" },
  { name: "tools" },
  { name: "zstd1" },
  { name: "put" },
  { name: "put-append", task: "put", variant: "append" },
  { name: "dry-run-empty", task: "restore-empty", variant: "dryRun" },
  { name: "restore-empty" },
  { name: "dry-run", task: "restore-over", variant: "dryRun", before: ["change"] },
  { name: "restore-over" },
  { name: "replace", task: "restore-over", variant: "replace", before: ["change"] },
  { name: "rollback" },
  { name: "import-flowg" },
  { name: "download" },
  { name: "upload" },
  { name: "load", smallest: true },
  { name: "tokens", smallest: true },
  { name: "cli", smallest: true },
  { name: "ingest", smallest: true },
];

/** What one step leaves and others need. */
const NEEDS: Record<string, string> = {
  "dry-run": "restore-empty",
  "restore-over": "dry-run",
  replace: "restore-empty",
};

/** The steps that these rows are made of. */
export function stepsOf(rows: readonly Row[]): Step[] {
  const names = new Set(
    rows.flatMap(({ of, than }) => [of, than].map((fact) => fact.slice(0, fact.indexOf(".")))),
  );
  for (const name of names) {
    const needed = NEEDS[name];
    if (needed) names.add(needed);
  }
  return STEPS.filter(({ name }) => names.has(name));
}
