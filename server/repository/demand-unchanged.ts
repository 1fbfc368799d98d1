// Compares what a key file says of its repository with what repository.json says now.

import { FlowgError } from "../platform/errors.js";
import { listed } from "./keys/age-cipher.js";
import type { KeyFile } from "./keys/key-file.js";
import { REPOSITORY_FILE, type RepositoryFile } from "./repository-file.js";

/**
 * @param where the repository's place, for messages
 * @throws REFUSED, saying what has changed
 */
export function demandUnchanged(file: RepositoryFile, keyFile: KeyFile, where: string): void {
  const change = changeOf(file, keyFile);
  if (change === undefined) return;
  throw new FlowgError(
    "REFUSED",
    `${REPOSITORY_FILE} at ${where} is not what ${keyFile.path} knows: ${change}`,
    {
      hint:
        "somebody who can write there may have changed it: put it back from a copy. If you changed it, make a new key " +
        "file with `flowg repository key` and the identity",
    },
  );
}

function changeOf(file: RepositoryFile, keyFile: KeyFile): string | undefined {
  if (file.encryption === "none") return "it says that the repository is not encrypted";
  const added = file.recipients.filter((one) => !keyFile.recipients.includes(one));
  const gone = keyFile.recipients.filter((one) => !file.recipients.includes(one));
  if (added.length > 0) return `it has another recipient, ${listed(added)}`;
  if (gone.length > 0) return `it lacks the recipient ${listed(gone)}`;
  const signing = keyFile.signingKey.publicKey.text;
  if (!file.signingKeys.includes(signing)) return `it lacks the signing key ${signing}`;
  return undefined;
}
