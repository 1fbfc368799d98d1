// The key that signs sessions: FLOWG_SECRET_KEY, or a key that is made once and kept in the auth directory, so that a restart
// doesn't end sessions. No snapshot holds it.

import { randomBytes } from "node:crypto";
import { link, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FlowgError, systemCode } from "../platform/errors.js";
import { reasonOf } from "../platform/files/file-error.js";
import { StagedFile } from "../platform/files/staged-file.js";

export const SESSION_KEY_FILE = "session.key";
/** Anybody who holds a session could guess a shorter key offline (RFC 7518 section 3.2). */
export const SESSION_KEY_BYTES = 32;

/**
 * Reads the key of an auth directory, or makes it.
 * @throws FILE_UNAVAILABLE
 */
export async function loadSessionKey(authDir: string): Promise<string> {
  const path = join(authDir, SESSION_KEY_FILE);
  try {
    return (await readKey(path)) ?? (await createKey(path));
  } catch (cause) {
    if (cause instanceof FlowgError) throw cause;
    throw new FlowgError("FILE_UNAVAILABLE", `cannot use ${path}: ${reasonOf(cause)}`, {
      cause,
      hint: "check its permissions, or set FLOWG_SECRET_KEY",
    });
  }
}

async function readKey(path: string): Promise<string | undefined> {
  let text: string;
  try {
    text = (await readFile(path, "utf8")).trim();
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return undefined;
    throw cause;
  }
  if (Buffer.byteLength(text) < SESSION_KEY_BYTES) {
    throw new FlowgError("FILE_UNAVAILABLE", `${path} holds no key`, {
      hint: "remove the file: a new key is made at the next start, and everybody logs in again",
    });
  }
  if (((await stat(path)).mode & 0o077) !== 0) {
    throw new FlowgError("FILE_UNAVAILABLE", `${path} can be read by other users of this machine`, {
      hint: `run \`chmod 600 ${path}\`, or remove it so that a new key is made`,
    });
  }
  return text;
}

/** Makes a key. The first process to link its file wins, and all then read the same whole key. */
async function createKey(path: string): Promise<string> {
  {
    await using draft = await StagedFile.create(path);
    await draft.write(Buffer.from(`${randomBytes(SESSION_KEY_BYTES).toString("hex")}\n`));
    await draft.flush();
    await draft.giveToOwnerOf(dirname(path));
    await link(draft.path, path).catch((cause) => {
      if (systemCode(cause) !== "EEXIST") throw cause;
    });
  }
  const key = await readKey(path);
  if (key === undefined) throw new Error("it vanished while it was made");
  return key;
}
