// Flushes directories, so that names are on the disk. Some shares can't do that: the work goes on there, and listeners of the
// channel hear of it. The SDK's twin of this (`sdk/node/staged-file.ts`) uses the same channel.

import { channel } from "node:diagnostics_channel";
import { open } from "node:fs/promises";
import { systemCode } from "../errors.js";
import { fileError } from "./file-error.js";

/** The errors of network and FUSE file systems that can't flush a directory, or won't for this user. */
const CANNOT: ReadonlySet<string> = new Set(
  "EINVAL ENOTSUP EOPNOTSUPP ENOSYS ENOTTY EACCES EPERM EISDIR".split(" "),
);

/** Gets the path of each directory that can't be flushed. */
const unflushed = channel("flowg:unflushed-directory");

/**
 * Flushes a directory. Only then is a name on the disk that was given, taken or removed there.
 * @throws FILE_UNAVAILABLE, DISK_FULL
 */
export async function flushDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, "r");
    try {
      await directory.sync().catch((cause: unknown) => {
        // some shares give ENOENT for a directory that is open, and so exists
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
