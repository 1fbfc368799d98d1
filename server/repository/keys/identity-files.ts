// Reads the identity files that were given, with a passphrase where they are encrypted themselves.

import { readFile, stat } from "node:fs/promises";
import { FlowgError } from "../../platform/errors.js";
import { fileError } from "../../platform/files/file-error.js";
import { type Identities, parseIdentities } from "./identities.js";
import { decryptWithPassphrase, isAgeFile } from "./passphrase.js";

export interface ReadIdentities extends Identities {
  /** Whether the passphrase opened one of the files. */
  usedPassphrase: boolean;
  /** Files that other users than their owners can read. */
  open: string[];
}

const MAX_BYTES = 1024 * 1024;

/** @throws FILE_UNAVAILABLE, INPUT_INVALID, IDENTITY_REQUIRED */
export async function readIdentities(
  paths: readonly string[],
  passphrase: string | undefined,
): Promise<ReadIdentities> {
  const all: ReadIdentities = { identities: [], trusted: [], usedPassphrase: false, open: [] };
  for (const path of paths) {
    const { bytes, isOpen } = await read(path);
    const isLocked = isAgeFile(bytes);
    if (isLocked && passphrase === undefined) {
      throw new FlowgError("IDENTITY_REQUIRED", `${path} is encrypted with a passphrase`, {
        hint: "give the file that holds the passphrase: --passphrase-file FILE",
      });
    }
    const text = isLocked
      ? await decryptWithPassphrase(bytes, passphrase ?? "", path)
      : bytes.toString("utf8");
    const { identities, trusted } = await parseIdentities(text, path);
    all.identities.push(...identities);
    all.trusted.push(...trusted);
    all.usedPassphrase ||= isLocked;
    if (isOpen && !isLocked) all.open.push(path);
  }
  return all;
}

async function read(path: string): Promise<{ bytes: Buffer; isOpen: boolean }> {
  try {
    const found = await stat(path);
    if (found.size > MAX_BYTES) {
      throw new FlowgError("INPUT_INVALID", `${path} is too large for an identity file`);
    }
    const isOpen = found.isFile() && (found.mode & 0o007) !== 0 && process.platform !== "win32";
    return { bytes: await readFile(path), isOpen };
  } catch (cause) {
    throw fileError(cause, "read", path);
  }
}
