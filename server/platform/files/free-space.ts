// How much room a disk has, before and after a write fails for want of it.

import { type StatsFs, statfsSync } from "node:fs";
import { stat, statfs } from "node:fs/promises";
import { FlowgError } from "../errors.js";
import { fileError } from "./file-error.js";

/** Less room than this, and a write that failed surely failed for want of it. */
const SCARCE_BYTES = 16 * 1024 * 1024;

/** File systems on which more may fit than they have room for, by their magic numbers: ZFS, btrfs. */
const COMPRESSING: ReadonlySet<number> = new Set([0x2fc12fc1, 0x9123683e]);

/** Whether a write to the disk of `directory` that just failed did so for want of room. */
export function isNearlyFull(directory: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize < SCARCE_BYTES;
  } catch {
    return false;
  }
}

/**
 * Demands free space on the disk of `directory`, which exists.
 * @param what needs it, for the message: `"the upload"`
 * @throws DISK_FULL, saying how much is missing
 */
export async function demandSpace(directory: string, bytes: number, what: string): Promise<void> {
  // some network and FUSE file systems don't tell, or can't be asked
  demandFree(await statfs(directory).catch(() => undefined), { bytes, what });
}

/** The same at once. */
export function demandSpaceNow(directory: string, need: { bytes: number; what: string }): void {
  demandFree(toldNow(directory), need);
}

/** Whether the disk of `directory` has at least so many bytes free, or doesn't say. */
export const hasSpaceNow = (directory: string, bytes: number): boolean =>
  freeBytes(toldNow(directory)) >= bytes;

type Told = Pick<StatsFs, "bavail" | "bsize" | "blocks" | "type">;

function toldNow(directory: string): Told | undefined {
  try {
    return statfsSync(directory);
  } catch {
    // as above
    return undefined;
  }
}

function freeBytes(told: Told | undefined): number {
  const isKnown = told !== undefined && told.blocks !== 0 && !COMPRESSING.has(told.type);
  return isKnown ? told.bavail * told.bsize : Number.POSITIVE_INFINITY;
}

function demandFree(told: Told | undefined, { bytes, what }: { bytes: number; what: string }) {
  const free = freeBytes(told);
  if (free >= bytes) return;
  throw new FlowgError(
    "DISK_FULL",
    `${what} needs about ${bytes} bytes beside the database, ${bytes - free} more than are free`,
    {
      hint: "free some space on the disk of the database and try again; nothing was changed",
      details: { neededBytes: bytes, freeBytes: free, missingBytes: bytes - free },
    },
  );
}

export interface SpaceNeed {
  /** It exists. */
  directory: string;
  bytes: number;
  /** The name for the message. */
  name: string;
}

/**
 * Demands free space on each disk for all that will lie there.
 * @param what what needs it, given the names of those on one disk
 * @throws DISK_FULL, FILE_UNAVAILABLE
 */
export async function demandSpaceOnDisks(
  needs: readonly SpaceNeed[],
  what: (names: string[]) => string,
): Promise<void> {
  const disks = new Map<number, { directory: string; bytes: number; names: string[] }>();
  for (const { directory, bytes, name } of needs) {
    const { dev } = await stat(directory).catch((cause) => {
      throw fileError(cause, "look at", directory);
    });
    const disk = disks.get(dev) ?? { directory, bytes: 0, names: [] };
    disk.bytes += bytes;
    disk.names.push(name);
    disks.set(dev, disk);
  }
  for (const { directory, bytes, names } of disks.values())
    await demandSpace(directory, bytes, what(names));
}
