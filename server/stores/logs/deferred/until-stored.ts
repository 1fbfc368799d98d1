// Keeps backups from lacking entries that senders were told are stored, while these still wait beside the database.

import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { FlowgError, systemCode } from "../../../platform/errors.js";
import { fileError } from "../../../platform/files/file-error.js";
import { tryLock } from "../../../platform/files/file-lock.js";
import { deferredPath } from "./deferred-file.js";

const LOOK_MS = 50;
/** A server that starts, or has just made the file, gets this long to lock it. */
const NOBODY_MS = 2_000;
/** A restore may take long. */
const PATIENCE_MS = 600_000;

/**
 * Resolves once no entries wait beside the log database.
 * @param dir of the log database
 * @throws REFUSED if no server is there to store them, BUSY if it takes too long, CANCELLED
 */
export async function untilDeferredStored(
  dir: string,
  signal?: AbortSignal | undefined,
): Promise<void> {
  const began = performance.now();
  let seenMs = began;
  for (;;) {
    const who = await holderOf(dir);
    if (who === "no file") return;
    const now = performance.now();
    // where the file system has no locks, somebody may hold the file
    if (who !== "nobody") seenMs = now;
    if (now - seenMs > NOBODY_MS) throw waitForServer(dir);
    if (now - began > PATIENCE_MS) throw stillWaiting(dir);
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {
      throw new FlowgError("CANCELLED", "the backup was stopped");
    });
  }
}

/**
 * @param dir of the log database
 * @returns the path of entries that wait for the next start of a server; undefined where there are none, or a server that runs
 * stores them
 */
export async function waitingForStart(dir: string): Promise<string | undefined> {
  const who = await holderOf(dir);
  return who === "nobody" || who === "unknown" ? deferredPath(dir) : undefined;
}

async function holderOf(dir: string): Promise<"no file" | "nobody" | "somebody" | "unknown"> {
  const path = deferredPath(dir);
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (cause) {
    if (systemCode(cause) === "ENOENT" || systemCode(cause) === "ENOTDIR") return "no file";
    throw fileError(cause, "read", path);
  }
  try {
    return HOLDERS[tryLock(file.fd, { shared: true })];
  } finally {
    await file.close().catch(() => {});
  }
}

const HOLDERS = { taken: "nobody", held: "somebody", unknown: "unknown" } as const;

const waitForServer = (dir: string) =>
  new FlowgError(
    "REFUSED",
    `a backup would lack entries that a server took during a restore: they wait in ${deferredPath(dir)}`,
    {
      hint: "start `flowg serve` once with this directory: it stores them; or move that file away if the backup may lack them",
    },
  );

const stillWaiting = (dir: string) =>
  new FlowgError(
    "BUSY",
    `a backup would lack entries that still wait for the end of a restore, in ${deferredPath(dir)}`,
    {
      hint: "back up when the restore is done; if none runs, the server's log says why they can't be stored, or no server runs",
      details: { retryAfterSeconds: 60 },
    },
  );
