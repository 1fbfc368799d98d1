// What repository.json keeps for its readers: the name key and the signing key, encrypted for the recipients. So any identity
// is enough to make another machine's key file.

import * as z from "zod";
import { FlowgError } from "../../platform/errors.js";
import { REPOSITORY_FILE } from "../repository-file.js";
import { armored, unarmored } from "./age-armor.js";
import { type AgeKeys, decryptAge, encryptAge } from "./age-cipher.js";
import { parseSecretKey, type SigningKey } from "./minisign.js";

export interface KeptSecrets {
  /** 32 bytes. They go into the names of segments. */
  nameKey: Buffer;
  signingKey: SigningKey;
}

const schema = z.object({ nameKey: z.string().regex(/^[0-9a-f]{64}$/), signingKey: z.string() });

export async function lockSecrets(
  { nameKey, signingKey }: KeptSecrets,
  recipients: readonly string[],
): Promise<string> {
  const json = { nameKey: nameKey.toString("hex"), signingKey: signingKey.secret };
  return armored(await encryptAge(Buffer.from(JSON.stringify(json)), recipients));
}

/** @throws IDENTITY_REQUIRED, REPOSITORY_DAMAGED */
export async function unlockSecrets(locked: string, keys: AgeKeys): Promise<KeptSecrets> {
  const plain = await decryptAge(fileIn(locked), REPOSITORY_FILE, keys);
  try {
    const { nameKey, signingKey } = schema.parse(JSON.parse(plain.toString("utf8")));
    const at = `the keys in ${REPOSITORY_FILE}`;
    return { nameKey: Buffer.from(nameKey, "hex"), signingKey: parseSecretKey(signingKey, at) };
  } catch {
    throw damaged();
  }
}

function fileIn(locked: string): Uint8Array {
  try {
    return unarmored(locked);
  } catch {
    throw damaged();
  }
}

const damaged = (): FlowgError =>
  new FlowgError("REPOSITORY_DAMAGED", `the keys in ${REPOSITORY_FILE} are not what was written`, {
    hint: "put it back from a copy; a machine that has a key file can still write",
  });
