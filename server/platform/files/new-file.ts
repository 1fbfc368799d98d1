// A file with something secret in it, which never takes the place of another.

import { open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { FlowgError, systemCode } from "../errors.js";
import { fileError } from "./file-error.js";
import { makeDirectory } from "./make-directory.js";
import { StagedFile } from "./staged-file.js";

/**
 * Writes a file, 0600, flushed, in a directory that is made where it is missing.
 * @param what for the message: `"the key file"`
 * @throws REFUSED where anything has the name, be it a link that leads nowhere; FILE_UNAVAILABLE, DISK_FULL
 */
export async function writeNewFile(path: string, text: string, what: string): Promise<void> {
  await makeDirectory(dirname(path)).catch((cause) => {
    throw fileError(cause, "make the directory of", path);
  });
  await using staged = await StagedFile.create(path);
  await staged.write(Buffer.from(text));
  await staged.flush();
  await takeName(path, what);
  try {
    // over the empty file of our own
    await staged.publish();
  } catch (cause) {
    await rm(path, { force: true }).catch(() => {});
    throw cause;
  }
}

async function takeName(path: string, what: string): Promise<void> {
  try {
    await (await open(path, "wx", 0o600)).close();
  } catch (cause) {
    if (systemCode(cause) !== "EEXIST") throw fileError(cause, "create", path);
    throw new FlowgError("REFUSED", `${what} would be written to ${path}, and there is one`, {
      hint: "give another name, or move that one away if you know that nothing needs it",
    });
  }
}
