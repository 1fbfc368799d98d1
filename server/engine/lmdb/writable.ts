// Checks that a database's files can be written, or made.

import { access, constants } from "node:fs/promises";
import { join } from "node:path";
import { FlowgError } from "../../platform/errors.js";
import { fileError } from "../../platform/files/file-error.js";
import { isThere } from "../../platform/files/is-there.js";
import { nearestDirectory } from "../../platform/files/nearest-directory.js";
import { DATA_FILE } from "./data-file.js";
import { LOCK_FILE } from "./lock-file.js";

/** @throws DATABASE_UNAVAILABLE */
export async function demandWritable(dir: string): Promise<void> {
  for (const file of [DATA_FILE, LOCK_FILE].map((name) => join(dir, name))) {
    const path = (await isThere(file)) ? file : await nearestDirectory(file);
    await access(path, constants.W_OK).catch((cause) => {
      const { message, hint } = fileError(cause, "write to", path);
      throw new FlowgError("DATABASE_UNAVAILABLE", message, { hint, cause });
    });
  }
}
