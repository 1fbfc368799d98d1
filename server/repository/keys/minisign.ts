// Signatures in minisign's formats (jedisct1.github.io/minisign, "Signature format"): Ed25519 over the BLAKE2b-512 of what is
// signed, and a second signature over the first and the trusted comment.
//
//     public key    base64 of   Ed  key id (8)  key (32)
//     secret key    base64 of   Ed  00 00  B2  salt (32)  limits (16)  key id (8)  seed (32)  key (32)  checksum (32)
//     signature     base64 of   ED  key id (8)  signature (64)
//
// A secret key is one without a password, as `minisign -G -W` makes it.

import {
  createHash,
  createPrivateKey,
  createPublicKey,
  sign as edSign,
  verify as edVerify,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { FlowgError } from "../../platform/errors.js";

export interface PublicKey {
  /** The key's id as minisign prints it. */
  id: string;
  /** `RW…`, as minisign's `-P` takes it. */
  text: string;
  key: KeyObject;
}

export interface SigningKey {
  publicKey: PublicKey;
  /** The second line of a secret key file. */
  secret: string;
  key: KeyObject;
}

/** What a signature file in minisign's format says. */
export interface Signature {
  keyId: string;
  /** The signature of the file's bytes. */
  signature: Buffer;
  /** Whether it signs their hash. All but the oldest signatures do. */
  isHashed: boolean;
  trustedComment: string;
  /** The signature of `signature` and the trusted comment. */
  commentSignature: Buffer;
}

const ID_BYTES = 8;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** The offset of the key's id in a secret key. */
const SECRET_ID_AT = 54;
const SECRET_BYTES = 158;

// the fixed beginnings of RFC 8410's DER
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");
const SPKI = Buffer.from("302a300506032b6570032100", "hex");

export function newSigningKey(): SigningKey {
  const { privateKey } = generateKeyPairSync("ed25519");
  const seed = privateKey.export({ format: "der", type: "pkcs8" }).subarray(PKCS8.length);
  const secret = Buffer.alloc(SECRET_BYTES);
  secret.write("Ed\0\0B2", "latin1");
  randomBytes(ID_BYTES).copy(secret, SECRET_ID_AT);
  seed.copy(secret, SECRET_ID_AT + ID_BYTES);
  const isPublic = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  isPublic.copy(secret, SECRET_ID_AT + ID_BYTES + KEY_BYTES, SPKI.length);
  return parseSecretKey(secret.toString("base64"), "the new key");
}

/**
 * @param text the second line of a secret key file, or the whole file
 * @param at where it stands, for messages
 * @throws INPUT_INVALID
 */
export function parseSecretKey(text: string, at: string): SigningKey {
  const secret = lastLine(text);
  const bytes = fromBase64(secret);
  if (bytes?.length !== SECRET_BYTES || bytes.toString("latin1", 0, 2) !== "Ed") {
    throw invalid(`${at}: this isn't a secret key of minisign`, "make one with `minisign -G -W`");
  }
  if (bytes.toString("latin1", 2, 4) !== "\0\0") {
    throw invalid(
      `${at}: this secret key of minisign is protected by a password`,
      "a server can't type it: make a key without one, with `minisign -G -W`",
    );
  }
  const seedAt = SECRET_ID_AT + ID_BYTES;
  const der = Buffer.concat([PKCS8, bytes.subarray(seedAt, seedAt + KEY_BYTES)]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const raw = createPublicKey(key).export({ format: "der", type: "spki" }).subarray(SPKI.length);
  if (!raw.equals(bytes.subarray(seedAt + KEY_BYTES, seedAt + 2 * KEY_BYTES))) {
    throw invalid(`${at}: the halves of this secret key do not fit`, "take it from another copy");
  }
  const id = bytes.subarray(SECRET_ID_AT, seedAt);
  const isPublic = Buffer.concat([Buffer.from("Ed"), id, raw]).toString("base64");
  return { publicKey: parsePublicKey(isPublic, at), secret, key };
}

/**
 * @param text `RW…`, or a public key file
 * @param at where it stands, for messages
 * @throws INPUT_INVALID
 */
export function parsePublicKey(text: string, at: string): PublicKey {
  const line = lastLine(text);
  const bytes = fromBase64(line);
  const length = 2 + ID_BYTES + KEY_BYTES;
  if (bytes?.length !== length || bytes.toString("latin1", 0, 2) !== "Ed") {
    throw invalid(
      `${at}: this isn't a signing key: it is mistyped or cut short`,
      "a signing key is 56 characters that begin with RW, as `flowg repository init` prints it",
    );
  }
  const der = Buffer.concat([SPKI, bytes.subarray(2 + ID_BYTES)]);
  const key = createPublicKey({ key: der, format: "der", type: "spki" });
  return { id: idOf(bytes), text: line, key };
}

/** @param trustedComment one line, which is signed as well */
export function sign(bytes: Uint8Array, key: SigningKey, trustedComment: string): string {
  const signature = edSign(null, hash(bytes), key.key);
  const id = fromBase64(key.publicKey.text)?.subarray(2, 2 + ID_BYTES) as Buffer;
  const both = edSign(null, Buffer.concat([signature, Buffer.from(trustedComment)]), key.key);
  return [
    `untrusted comment: signature of key ${key.publicKey.id}`,
    Buffer.concat([Buffer.from("ED"), id, signature]).toString("base64"),
    `trusted comment: ${trustedComment}`,
    both.toString("base64"),
    "",
  ].join("\n");
}

/** @returns undefined if it isn't in minisign's format */
export function parseSignature(text: string): Signature | undefined {
  const lines = text.split(/\r?\n/);
  const [untrusted = "", first = "", trusted = "", second = "", ...rest] = lines;
  const [bytes, commentSignature] = [fromBase64(first), fromBase64(second)];
  const algorithm = bytes?.toString("latin1", 0, 2) ?? "";
  if (!untrusted.startsWith("untrusted comment: ") || !trusted.startsWith(TRUSTED))
    return undefined;
  if (bytes?.length !== 2 + ID_BYTES + SIGNATURE_BYTES || !/^E[Dd]$/.test(algorithm))
    return undefined;
  if (commentSignature?.length !== SIGNATURE_BYTES || rest.join("") !== "") return undefined;
  return {
    keyId: idOf(bytes),
    signature: bytes.subarray(2 + ID_BYTES),
    isHashed: algorithm === "ED",
    trustedComment: trusted.slice(TRUSTED.length),
    commentSignature,
  };
}

const TRUSTED = "trusted comment: ";

export function isSignatureOf(
  bytes: Uint8Array,
  found: Signature,
  { id, key }: PublicKey,
): boolean {
  const { signature, isHashed, trustedComment, commentSignature } = found;
  const both = Buffer.concat([signature, Buffer.from(trustedComment)]);
  return (
    found.keyId === id &&
    edVerify(null, isHashed ? hash(bytes) : bytes, key, signature) &&
    edVerify(null, both, key, commentSignature)
  );
}

const hash = (bytes: Uint8Array): Buffer => createHash("blake2b512").update(bytes).digest();

/** minisign reads the id as a number, little-endian. */
const idOf = (bytes: Buffer): string =>
  Buffer.from(bytes.subarray(2, 2 + ID_BYTES))
    .reverse()
    .toString("hex")
    .toUpperCase();

const lastLine = (text: string): string => text.trim().split(/\r?\n/).at(-1)?.trim() ?? "";

/** Decodes strictly: Node's own decoder skips characters that aren't base64. */
function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
}

const invalid = (message: string, hint: string): FlowgError =>
  new FlowgError("INPUT_INVALID", message, { hint });
