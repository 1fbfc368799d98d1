// Removes the leftovers of killed runs from a database's directory. Every start of a server, backup and restore does so.

import { lstat, readdir, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { sweepScratch } from "../platform/files/scratch-directory.js";
import { sweepStaged } from "../platform/files/staged-file.js";
import type { Engine } from "../storage/engine.js";
import { undoDirectory } from "./restore/undo-directory.js";
import { sweepSpool } from "./spool.js";

/** Earlier versions named drafts of the session key like this. */
const KEY_DRAFT = /^session\.key\.\d+\.[0-9a-f]{12}$/;

/** A restore makes its scratch directory in the data directory, or in the nearest existing one above it. */
const LEVELS_ABOVE = 2;

/** Removes leftovers. It skips files that this user can't read or remove. */
export async function sweepLeftovers(engine: Engine, dir: string): Promise<void> {
  await engine.sweep(dir).catch(() => {});
  await sweepDrafts(dir).catch(() => {});
  await sweepStaged(dir).catch(() => {});
  await sweepScratch(dir);
  await sweepSpool(dir).catch(() => {});
  await sweepStaged(undoDirectory(dir)).catch(() => {});
  let above = resolve(dir);
  for (let level = 0; level < LEVELS_ABOVE; level++) {
    above = dirname(above);
    await sweepScratch(above);
  }
}

async function sweepDrafts(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    if (!KEY_DRAFT.test(name)) continue;
    const path = join(dir, name);
    const { uid } = await lstat(path);
    if (uid === process.geteuid?.()) await rm(path, { force: true });
  }
}
