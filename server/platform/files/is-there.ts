import { access } from "node:fs/promises";
import { systemCode } from "../errors.js";
import { fileError } from "./file-error.js";

const ABSENT: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR"]);

/**
 * Whether anything has this name.
 * @throws FILE_UNAVAILABLE if that can't be told
 */
export async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (cause) {
    if (ABSENT.has(systemCode(cause) ?? "")) return false;
    throw fileError(cause, "read", path);
  }
}
