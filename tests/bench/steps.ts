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
  { name: "restore-empty-undo", task: "restore-empty", variant: "undo" },
  { name: "undo-empty", task: "undo" },
  { name: "restore-empty" },
  { name: "dry-run", task: "restore-over", variant: "dryRun", before: ["change"] },
  { name: "restore-over" },
  { name: "restore-over-undo", task: "restore-over", variant: "undo", before: ["change"] },
  { name: "undo" },
  { name: "replace", task: "restore-over", variant: "replace", before: ["change"] },
  { name: "rollback" },
  { name: "import-flowg" },
  { name: "backup-unread" },
  { name: "repository-first", before: ["growing"] },
  { name: "repository-first-encrypted", task: "repository-first", variant: "encrypted" },
  { name: "repository-objects", variant: "encrypted" },
  { name: "repository-unchanged" },
  { name: "restore-files", task: "restore-empty" },
  { name: "restore-repository", variant: "open" },
  { name: "restore-repository-encrypted", task: "restore-repository", variant: "encrypted" },
  { name: "restore-hour" },
  { name: "repository-grown" },
  { name: "repository-daily" },
  { name: "download" },
  { name: "upload" },
  { name: "load", smallest: true },
  { name: "continuous", smallest: true },
  { name: "restore-instant", smallest: true },
  { name: "restore-instant-whole", task: "restore-instant", variant: "whole", smallest: true },
  { name: "drill", smallest: true },
  { name: "tokens", smallest: true },
  { name: "cli", smallest: true },
  { name: "ingest", smallest: true },
  { name: "batches", smallest: true },
  { name: "query-bare", task: "query", variant: "bare", smallest: true },
  { name: "query-decoded", task: "query", variant: "decoded", smallest: true },
  { name: "query", smallest: true },
];

/** What one step leaves and others need. */
const NEEDS: Record<string, string> = {
  "undo-empty": "restore-empty-undo",
  "dry-run": "restore-empty",
  "restore-over": "dry-run",
  "restore-over-undo": "restore-empty",
  undo: "restore-over-undo",
  replace: "restore-empty",
  "repository-first-encrypted": "repository-first",
  "repository-objects": "repository-first-encrypted",
  "repository-unchanged": "repository-first-encrypted",
  "repository-grown": "repository-first-encrypted",
  "restore-repository": "repository-first",
  "restore-repository-encrypted": "repository-first-encrypted",
  "restore-hour": "repository-first-encrypted",
  drill: "repository-first-encrypted",
  "restore-instant": "continuous",
  "restore-instant-whole": "continuous",
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
