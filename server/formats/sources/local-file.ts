// A file on this machine as a source.

import { stat } from "node:fs/promises";
import { fileError } from "../../platform/files/file-error.js";
import { readFileBytes } from "../snapshot/file.js";
import type { Source } from "./source.js";

/** @throws FILE_UNAVAILABLE */
export async function localFile(path: string): Promise<Source> {
  try {
    // looked at before it is opened: opening a named pipe waits for its writer, and a pipe could be read only once
    const found = await stat(path);
    if (!found.isFile() && !found.isDirectory()) throw new Error("it is not a regular file");
    return { name: path, size: found.size, open: () => readFileBytes(path) };
  } catch (cause) {
    throw fileError(cause, "read", path);
  }
}
