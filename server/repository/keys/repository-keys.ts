// The keys of one repository, from a key file or an identity, or without either.

import { createHmac } from "node:crypto";
import type { FlowgError } from "../../platform/errors.js";
import { ageCipher, isForOneOf } from "./age-cipher.js";
import type { Identity } from "./identities.js";
import type { Cipher, RepositoryKeys } from "./keys.js";
import type { PublicKey, SigningKey } from "./minisign.js";
import { demandSignature, signObject } from "./signatures.js";

export interface KnownKeys {
  /** The repository's id. */
  id: string;
  /** Undefined where the repository isn't encrypted. */
  encryption?: Encryption | undefined;
  signingKey?: SigningKey | undefined;
  /** Whose signatures are accepted. An empty list accepts all. */
  trusted: readonly PublicKey[];
  /** The error to throw instead of encrypting, where no trusted key vouches for the recipients. */
  unvouched?: FlowgError | undefined;
}

export interface Encryption {
  recipients: readonly string[];
  identities: readonly Identity[];
  nameKey: Uint8Array;
}

export function repositoryKeys(known: KnownKeys): RepositoryKeys {
  const { id, encryption, signingKey, trusted, unvouched } = known;
  const cipher = encryption ? ageCipher(encryption) : plainCipher;
  const refuse = async () => {
    throw unvouched;
  };
  return {
    cipher: unvouched ? { ...cipher, encrypt: refuse } : cipher,
    canRead: !encryption || isForOneOf(encryption.identities, encryption.recipients),
    nameOf: (contentSha256) => {
      if (!encryption) return Buffer.from(contentSha256).toString("hex");
      return createHmac("sha256", encryption.nameKey).update(contentSha256).digest("hex");
    },
    sign: signingKey && ((stored, path) => signObject({ stored, path }, signingKey, id)),
    demandSigned: (stored, signature, path) => {
      if (trusted.length > 0) demandSignature({ stored, signature, path }, trusted, id);
    },
  };
}

/** The keys of a repository that isn't encrypted. */
const plainCipher: Cipher = {
  suffix: "",
  encrypt: async (plain) => asBuffer(plain),
  decrypt: async (stored) => asBuffer(stored),
};

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
