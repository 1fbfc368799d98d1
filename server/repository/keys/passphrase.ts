// Files that a passphrase opens, in age's own format (C2SP age.md, "The scrypt recipient type"). By node's scrypt, which does in
// half a second, aside, what keeps the age library's own busy for three.

import { createCipheriv, createDecipheriv, randomBytes, scrypt } from "node:crypto";
import { promisify } from "node:util";
import { armor, Decrypter, Encrypter, Stanza } from "age-encryption";
import { FlowgError } from "../../platform/errors.js";

const BEGIN_ARMOR = "-----BEGIN AGE ENCRYPTED FILE-----";
const BEGIN = "age-encryption.org/v1\n";

/** As age's default. */
const WORK_FACTOR = 18;
/** A gigabyte of memory: more is no file that a person made. */
const MAX_WORK_FACTOR = 20;
const SALT_BYTES = 16;
const FILE_KEY_BYTES = 16;
const TAG_BYTES = 16;
const CIPHER = "chacha20-poly1305";
/** The key is used once. */
const NO_NONCE = Buffer.alloc(12);

/** Whether it is an age file, armored or not. */
export function isAgeFile(file: Uint8Array): boolean {
  const begin = Buffer.from(file.subarray(0, 200)).toString("latin1").trimStart();
  return begin.startsWith(BEGIN_ARMOR) || begin.startsWith(BEGIN);
}

/** As `age -p --armor` does it. */
export async function encryptWithPassphrase(text: string, passphrase: string): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.addRecipient({
    async wrapFileKey(fileKey) {
      const salt = randomBytes(SALT_BYTES);
      const key = await keyOf(passphrase, salt, WORK_FACTOR);
      const cipher = createCipheriv(CIPHER, key, NO_NONCE, { authTagLength: TAG_BYTES });
      const body = [cipher.update(fileKey), cipher.final(), cipher.getAuthTag()];
      const args = ["scrypt", salt.toString("base64").replace(/=+$/, ""), String(WORK_FACTOR)];
      return [new Stanza(args, Buffer.concat(body))];
    },
  });
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
  const decrypter = new Decrypter();
  let isLocked = false;
  let fits = false;
  decrypter.addIdentity({
    async unwrapFileKey(stanzas: Stanza[]) {
      const [stanza, ...others] = stanzas;
      if (stanza?.args[0] !== "scrypt" || others.length > 0) return null;
      isLocked = true;
      const fileKey = await unwrap(stanza, passphrase);
      fits = fileKey !== null;
      return fileKey;
    },
  });
  try {
    return await decrypter.decrypt(unarmored(file), "text");
  } catch (cause) {
    if (isLocked && !fits) {
      throw new FlowgError("IDENTITY_REQUIRED", `the passphrase does not open ${name}`, {
        hint: "check the file that --passphrase-file names",
      });
    }
    const what = isLocked || fits ? "it was changed or cut short" : "no passphrase opens it";
    throw new FlowgError("INPUT_INVALID", `${name} cannot be read: ${what}`, {
      hint: "take it from another copy",
      cause,
    });
  }
}

/** @throws where the stanza is none */
async function unwrap({ args, body }: Stanza, passphrase: string): Promise<Uint8Array | null> {
  const [, salt = "", factor = ""] = args;
  const bytes = Buffer.from(salt, "base64");
  const isWhole = args.length === 3 && bytes.length === SALT_BYTES && /^[1-9]\d?$/.test(factor);
  if (!isWhole || Number(factor) > MAX_WORK_FACTOR || body.length !== FILE_KEY_BYTES + TAG_BYTES) {
    throw new Error("not a scrypt stanza");
  }
  const key = await keyOf(passphrase, bytes, Number(factor));
  const decipher = createDecipheriv(CIPHER, key, NO_NONCE, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(body.subarray(FILE_KEY_BYTES));
  const fileKey = decipher.update(body.subarray(0, FILE_KEY_BYTES));
  try {
    decipher.final();
    return new Uint8Array(fileKey);
  } catch {
    return null;
  }
}

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);

function keyOf(passphrase: string, salt: Buffer, factor: number): Promise<Buffer> {
  const labelled = Buffer.concat([Buffer.from("age-encryption.org/v1/scrypt"), salt]);
  const N = 2 ** factor;
  return derive(passphrase, labelled, 32, { N, r: 8, p: 1, maxmem: N * 1024 + 1024 * 1024 });
}

function unarmored(file: Uint8Array): Uint8Array {
  const text = Buffer.from(file.buffer, file.byteOffset, file.byteLength).toString("latin1");
  return text.trimStart().startsWith(BEGIN_ARMOR) ? armor.decode(text) : file;
}
