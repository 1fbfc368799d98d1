// Makes the key file of a further machine that is to write to a repository. An identity is enough for that.

import { FlowgError } from "../platform/errors.js";
import { newKeyPath } from "./init.js";
import { writeKeyFile } from "./keys/key-file.js";
import type { OpenedRepository } from "./open.js";

/**
 * @param path of the new file; by default it goes where all commands look for it
 * @returns its path
 * @throws REFUSED where the file exists, or where the repository needs none; SIGNATURE_REFUSED where no trusted key vouches for
 *   the recipients
 */
export async function makeKeyFile(opened: OpenedRepository, path?: string): Promise<string> {
  const { id, place, secrets, keys } = opened;
  // throws the error that a write to the repository would meet
  await keys.cipher.encrypt(new Uint8Array(0));
  if (!secrets) {
    throw new FlowgError(
      "REFUSED",
      `the repository at ${place.name} is not encrypted, and needs no key file`,
    );
  }
  const target = await newKeyPath(path, id);
  const { nameKey, signingKey, recipients } = secrets;
  const file = { path: target, id, place: place.name, nameKey, signingKey };
  await writeKeyFile({ ...file, recipients: [...recipients] });
  return target;
}
