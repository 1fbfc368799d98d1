// How much room a disk has, before a write and after one that failed.

import { type StatsFs, statfsSync } from "node:fs";
import { stat, statfs } from "node:fs/promises";
import { FlowgError } from "../errors.js";
import { fileError } from "./file-error.js";

/** On a disk with less room than this, a write that failed did so because the disk is full. */
const SCARCE_BYTES = 16 * 1024 * 1024;

/** The magic numbers of file systems that compress, and so may hold more than they have room for: ZFS, btrfs. */
const COMPRESSING: ReadonlySet<number> = new Set([0x2fc12fc1, 0x9123683e]);

/** Whether a write to the disk of `directory` that just failed did so because the disk is full. */
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

/** The same, without a promise. */
export function demandSpaceNow(directory: string, need: { bytes: number; what: string }): void {
  demandFree(diskStats(directory), need);
}

/** Whether the disk of `directory` has at least so many bytes free, or doesn't say. */
export const hasSpaceNow = (directory: string, bytes: number): boolean =>
  freeBytes(diskStats(directory)) >= bytes;

type DiskStats = Pick<StatsFs, "bavail" | "bsize" | "blocks" | "type">;

function diskStats(directory: string): DiskStats | undefined {
  try {
    return statfsSync(directory);
  } catch {
    // as above
    return undefined;
  }
}

function freeBytes(stats: DiskStats | undefined): number {
  const isKnown = stats !== undefined && stats.blocks !== 0 && !COMPRESSING.has(stats.type);
  return isKnown ? stats.bavail * stats.bsize : Number.POSITIVE_INFINITY;
}

function demandFree(
  stats: DiskStats | undefined,
  { bytes, what }: { bytes: number; what: string },
) {
  const free = freeBytes(stats);
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
  /** It must exist. */
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
