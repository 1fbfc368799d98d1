// age's X25519 recipients and identities (C2SP age.md, "The X25519 recipient type") by node:crypto: a header takes a tenth of a
// millisecond, where the age library's own arithmetic takes one and a half. Each segment has one.

import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { base64nopad, bech32 } from "@scure/base";

const TYPE = "X25519";
const RECIPIENT = "age";
const IDENTITY = "AGE-SECRET-KEY-";
const CIPHER = "chacha20-poly1305";
const KEY_BYTES = 32;
export const FILE_KEY_BYTES = 16;
const TAG_BYTES = 16;
/** A fixed nonce, since each wrapping key is used once. */
const NONCE = Buffer.alloc(12);

// the fixed beginning of RFC 8410's DER
const PKCS8 = Buffer.from("302e020100300506032b656e04220420", "hex");

/** The same keys in the form that age's library takes. */
export interface Stanza {
  readonly args: string[];
  readonly body: Uint8Array;
}

/** Wraps a file's key for one recipient. */
export type Wrap = (fileKey: Uint8Array) => Stanza;

/**
 * @param recipient `age1…`
 * @returns undefined where it is of another type, or malformed
 */
export function x25519Wrap(recipient: string): Wrap | undefined {
  const known = keyIn(recipient, RECIPIENT);
  if (!known) return undefined;
  const key = publicKey(known);
  return (fileKey) => {
    const { privateKey, publicKey } = generateKeyPairSync("x25519");
    const share = publicKey.export({ format: "der", type: "spki" }).subarray(-KEY_BYTES);
    const shared = diffieHellman({ privateKey, publicKey: key });
    const cipher = createCipheriv(CIPHER, wrappingKey(shared, share, known), NONCE, {
      authTagLength: TAG_BYTES,
    });
    const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]);
    return { args: [TYPE, base64nopad.encode(share)], body };
  };
}

/**
 * Finds the file's key among stanzas for several recipients; null where none of them is for this identity.
 * @throws Error
 */
export type Unwrap = (stanzas: readonly Stanza[]) => Uint8Array | null;

/**
 * @param secret `AGE-SECRET-KEY-1…`
 * @returns undefined where it is of another type, or malformed
 */
export function x25519Unwrap(secret: string): Unwrap | undefined {
  const pair = keyPair(secret);
  if (!pair) return undefined;
  const { privateKey, own } = pair;
  return (stanzas) => {
    for (const { args, body } of stanzas) {
      if (args[0] !== TYPE) continue;
      const share = args.length === 2 ? base64nopad.decode(args[1] as string) : NONCE;
      const isRight = share.length === KEY_BYTES && body.length === FILE_KEY_BYTES + TAG_BYTES;
      if (!isRight) throw new Error("a stanza of X25519 has another form");
      // refuses shares that lead to a secret which anybody knows
      const shared = diffieHellman({ privateKey, publicKey: publicKey(share) });
      const fileKey = opened(wrappingKey(shared, share, own), body);
      if (fileKey) return fileKey;
    }
    return null;
  };
}

/**
 * The recipient that an identity is of.
 * @returns undefined where the identity is of another type, or malformed
 */
export function x25519Recipient(secret: string): string | undefined {
  const pair = keyPair(secret);
  return pair && bech32.encodeFromBytes(RECIPIENT, pair.own);
}

/** Makes an identity. */
export const newX25519Identity = (): string =>
  bech32.encodeFromBytes(IDENTITY, randomBytes(KEY_BYTES)).toUpperCase();

function keyPair(secret: string): { privateKey: KeyObject; own: Uint8Array } | undefined {
  const scalar = keyIn(secret, IDENTITY);
  if (!scalar) return undefined;
  const key = Buffer.concat([PKCS8, scalar]);
  const privateKey = createPrivateKey({ key, format: "der", type: "pkcs8" });
  const own = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return { privateKey, own: own.subarray(-KEY_BYTES) };
}

function opened(key: Buffer, body: Uint8Array): Buffer | undefined {
  const decipher = createDecipheriv(CIPHER, key, NONCE, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(body.subarray(FILE_KEY_BYTES));
  const fileKey = decipher.update(body.subarray(0, FILE_KEY_BYTES));
  try {
    decipher.final();
    return fileKey;
  } catch {
    return undefined;
  }
}

/** @param recipient the public key */
const wrappingKey = (shared: Uint8Array, share: Uint8Array, recipient: Uint8Array): Buffer =>
  Buffer.from(
    hkdfSync(
      "sha256",
      shared,
      Buffer.concat([share, recipient]),
      "age-encryption.org/v1/X25519",
      KEY_BYTES,
    ),
  );

/** RFC 8037. Node reads this form in a sixth of the time that it needs for DER. */
const publicKey = (bytes: Uint8Array): KeyObject => {
  const x = Buffer.from(bytes).toString("base64url");
  return createPublicKey({ key: { kty: "OKP", crv: TYPE, x }, format: "jwk" });
};

/** @returns undefined where the text isn't bech32 of this prefix */
function keyIn(text: string, prefix: string): Uint8Array | undefined {
  const read = bech32.decodeUnsafe(text as `${string}1${string}`);
  // a recipient is in small letters, an identity in capitals; neither is mixed
  if (!read || !text.startsWith(`${prefix}1`)) return undefined;
  const bytes = bech32.fromWordsUnsafe(read.words);
  const isKey = read.prefix === prefix.toLowerCase() && bytes?.length === KEY_BYTES;
  return isKey ? bytes : undefined;
}
