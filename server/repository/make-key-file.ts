// The key file of a further machine that is to write to a repository: an identity is enough to make it.

import { FlowgError } from "../platform/errors.js";
import { newKeyPath } from "./init.js";
import { writeKeyFile } from "./keys/key-file.js";
import type { OpenedRepository } from "./open.js";

/**
 * @param path where it goes; by default where all commands look for it
 * @returns where it went
 * @throws REFUSED where there is one, or where the repository needs none; SIGNATURE_REFUSED where nobody vouches for whom the
 * repository is encrypted for
 */
export async function makeKeyFile(opened: OpenedRepository, path?: string): Promise<string> {
  const { id, place, secrets, keys } = opened;
  if (!secrets) {
    throw new FlowgError(
      "REFUSED",
      `the repository at ${place.name} is not encrypted, and needs no key file`,
    );
  }
  // throws what writing to it would throw
  await keys.cipher.encrypt(new Uint8Array(0));
  const target = await newKeyPath(path, id);
  const { nameKey, signingKey, recipients } = secrets;
  const file = { path: target, id, place: place.name, nameKey, signingKey };
  await writeKeyFile({ ...file, recipients: [...recipients] });
  return target;
}
