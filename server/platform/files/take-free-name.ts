// Gives a file a name that is free. If several processes want the name at once, one gets it. A hard link does just that. Where
// the file system has none, renaming would replace another's file. There a process first makes a claim, a file that only one
// process can make, and only the holder of the claim renames.

import { constants } from "node:fs";
import { link, lstat, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FlowgError, systemCode } from "../errors.js";
import { tryLock } from "./file-lock.js";
import { isThere } from "./is-there.js";
import { createLocked } from "./locked-file.js";
import { hasNoLinks } from "./no-links.js";

type InTheWay = (claim: string) => Error;

const LOOK_EVERY_MS = 20;
const PATIENCE_MS = 30_000;

/**
 * @param file is on the disk already; it keeps its own name where links can be made
 * @param inTheWay makes the error for a claim that stays, from its path
 * @returns false if another has the name
 * @throws NodeJS.ErrnoException, CONFLICT unless `inTheWay` says otherwise
 */
export async function takeFreeName(
  file: string,
  name: string,
  inTheWay: InTheWay = conflict,
): Promise<boolean> {
  try {
    await link(file, name);
    return true;
  } catch (cause) {
    if (systemCode(cause) === "EEXIST") return false;
    if (!hasNoLinks(cause)) throw cause;
  }
  return await takeWithoutLinks(file, name, inTheWay);
}

/** The same where no links can be made. */
export async function takeWithoutLinks(
  file: string,
  name: string,
  inTheWay: InTheWay = conflict,
): Promise<boolean> {
  const claim = join(dirname(name), `.${basename(name)}.claim`);
  const end = performance.now() + PATIENCE_MS;
  while (!(await isThere(name))) {
    const held = await createLocked(claim).catch((cause: unknown) => {
      if (systemCode(cause) !== "EEXIST") throw cause;
    });
    if (held) {
      try {
        if (await isThere(name)) return false;
        await rename(file, name);
        return true;
      } finally {
        // before its lock is released: otherwise this could remove another's claim
        await rm(claim, { force: true }).catch(() => {});
        await held.close().catch(() => {});
      }
    }
    await removeLeftClaim(claim);
    if (performance.now() > end) throw inTheWay(claim);
    await sleep(LOOK_EVERY_MS);
  }
  return false;
}

/** Removes a claim whose maker was killed. */
async function removeLeftClaim(claim: string): Promise<void> {
  const { O_RDWR, O_NOFOLLOW, O_NONBLOCK } = constants;
  const found = await open(claim, O_RDWR | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined);
  if (!found) return;
  try {
    if (tryLock(found.fd) !== "taken") return;
    // the name may be another's by now
    const [mine, named] = [await found.stat(), await lstat(claim).catch(() => undefined)];
    if (mine.ino === named?.ino) await rm(claim, { force: true });
  } finally {
    await found.close().catch(() => {});
  }
}

const conflict: InTheWay = (claim) =>
  new FlowgError("CONFLICT", `another run is making that file, or was killed doing so: ${claim}`, {
    hint: "if no other run is at work, remove that file",
  });
