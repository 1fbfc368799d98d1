// Names on the disk. Some shares can't flush a directory: what is done there goes on, and listeners of the channel are told.
// The SDK's twin of this (`sdk/node/staged-file.ts`) tells the same channel.

import { channel } from "node:diagnostics_channel";
import { open } from "node:fs/promises";
import { systemCode } from "../errors.js";
import { fileError } from "./file-error.js";

/** Some network and FUSE file systems say these: they can't flush a directory, or won't for this user. */
const CANNOT: ReadonlySet<string> = new Set(
  "EINVAL ENOTSUP EOPNOTSUPP ENOSYS ENOTTY EACCES EPERM EISDIR".split(" "),
);

/** Takes the path of each directory that can't be flushed, as a text. */
const unflushed = channel("flowg:unflushed-directory");

/**
 * A name that was given, taken or removed is on the disk only when its directory is.
 * @throws FILE_UNAVAILABLE, DISK_FULL
 */
export async function flushDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, "r");
    try {
      await directory.sync().catch((cause: unknown) => {
        // some shares say so of a directory that is open, and so there
        if (systemCode(cause) !== "ENOENT") throw cause;
        unflushed.publish(path);
      });
    } finally {
      await directory.close().catch(() => {});
    }
  } catch (cause) {
    if (!CANNOT.has(systemCode(cause) ?? "")) throw fileError(cause, "flush", path);
    unflushed.publish(path);
  }
}
