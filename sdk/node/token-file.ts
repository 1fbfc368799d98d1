// The token in the file that FLOWG_TOKEN_FILE names.

import { readFile } from "node:fs/promises";
import { InputError } from "../errors.js";
import { checkedToken } from "../options.js";
import { fileError } from "./staged-file.js";

/** @throws FileError, InputError */
export async function readTokenFile(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw fileError(cause, "read", path);
  });
  const token = text.replace(/^\uFEFF/, "").trim();
  if (token === "") throw new InputError(`there is no token in ${path}`);
  return checkedToken(token);
}
