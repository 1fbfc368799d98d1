// Gives a file a name that nobody has: of several processes that want it at once, one gets it. A hard link does just that.
// FAT, some shares and what is mounted by FUSE have none, and renaming takes a name from the file that has it: there only the
// holder of a claim may rename, and a claim is a file that can be made only once.

import { constants } from "node:fs";
import { link, lstat, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FlowgError, systemCode } from "../errors.js";
import { tryLock } from "./file-lock.js";
import { isThere } from "./is-there.js";
import { createLocked } from "./locked-file.js";

const NO_LINKS: ReadonlySet<string> = new Set("EPERM ENOTSUP EOPNOTSUPP ENOSYS EMLINK".split(" "));
type InTheWay = (claim: string) => Error;

const LOOK_EVERY_MS = 20;
const PATIENCE_MS = 30_000;

/**
 * @param file on the disk already; it keeps its own name where links can be made
 * @param inTheWay what is thrown where a claim stays, with its path
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
    if (!NO_LINKS.has(systemCode(cause) ?? "")) throw cause;
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
        // before its lock is given up: else another's claim could be removed
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

/** Removes one whose maker was killed. */
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
