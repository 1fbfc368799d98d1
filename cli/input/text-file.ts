// Reads a text file that the user names.

import { readFile } from "node:fs/promises";
import { fileFault } from "../file-fault.js";
import { withoutByteOrderMark } from "./byte-order-mark.js";

/** @throws FILE_UNAVAILABLE */
export async function textOf(path: string): Promise<string> {
  try {
    return withoutByteOrderMark(await readFile(path, "utf8"));
  } catch (error) {
    throw fileFault(error, "read", path);
  }
}
