// Files that a passphrase opens, in age's own format, as `age -p` makes them. One try takes seconds, by design.

import type { Stanza } from "age-encryption";
import { FlowgError } from "../../platform/errors.js";
import { ageLibrary } from "./age-library.js";

const BEGIN_ARMOR = "-----BEGIN AGE ENCRYPTED FILE-----";
type Armor = typeof import("age-encryption").armor;

const BEGIN = "age-encryption.org/v1\n";

/** Whether the bytes are an age file, armored or not. */
export function isAgeFile(file: Uint8Array): boolean {
  const begin = Buffer.from(file.subarray(0, 200)).toString("latin1").trimStart();
  return begin.startsWith(BEGIN_ARMOR) || begin.startsWith(BEGIN);
}

/** Encrypts as `age -p --armor` does. */
export async function encryptWithPassphrase(text: string, passphrase: string): Promise<string> {
  const { armor, Encrypter } = await ageLibrary();
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  return armor.encode(await encrypter.encrypt(text));
}

/**
 * @param name of the file, for messages
 * @throws INPUT_INVALID where it isn't such a file; IDENTITY_REQUIRED where the passphrase doesn't open it
 */
export async function decryptWithPassphrase(
  file: Uint8Array,
  passphrase: string,
  name: string,
): Promise<string> {
  const { armor, Decrypter } = await ageLibrary();
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  let isWrong = false;
  // asked last, when the passphrase has opened nothing
  decrypter.addIdentity({
    unwrapFileKey(stanzas: Stanza[]) {
      isWrong = stanzas.some(({ args }) => args[0] === "scrypt");
      return null;
    },
  });
  try {
    return await decrypter.decrypt(unarmored(file, armor), "text");
  } catch (cause) {
    if (isWrong) {
      throw new FlowgError("IDENTITY_REQUIRED", `the passphrase does not open ${name}`, {
        hint: "check the file that --passphrase-file names",
      });
    }
    throw new FlowgError("INPUT_INVALID", `${name} is encrypted, and was changed or cut short`, {
      hint: "take it from another copy; only one that a passphrase opens is taken here",
      cause,
    });
  }
}

function unarmored(file: Uint8Array, armor: Armor): Uint8Array {
  const text = Buffer.from(file.buffer, file.byteOffset, file.byteLength).toString("latin1");
  return text.trimStart().startsWith(BEGIN_ARMOR) ? armor.decode(text) : file;
}
