// How a repository's objects are encrypted, named and signed. A machine that only writes has the public half.

/** What encrypts each object. */
export interface Cipher {
  /** What it adds to the names of objects. */
  readonly suffix: "" | ".age";
  encrypt(plain: Uint8Array): Promise<Buffer>;
  /**
   * @param path of the object, for messages
   * @throws IDENTITY_REQUIRED if none was given, or none that opens it; REPOSITORY_DAMAGED if it was changed or cut
   */
  decrypt(stored: Uint8Array, path: string): Promise<Buffer>;
}

export interface RepositoryKeys {
  readonly cipher: Cipher;
  /** Whether `decrypt` can open anything. A server has no identity, and needs none. */
  readonly canRead: boolean;
  /**
   * The name of a segment, lower-case hex.
   * @param contentSha256 SHA-256 of its records: the raw bytes of its blocks
   */
  nameOf(contentSha256: Uint8Array): string;
  /**
   * Signs a manifest as it is stored.
   * @param path of the manifest's object: the signature holds only there
   * @returns a file in minisign's format; undefined where there is no signing key
   */
  sign?: ((stored: Uint8Array, path: string) => string) | undefined;
  /**
   * @param signature the file in minisign's format; undefined where it is missing
   * @throws SIGNATURE_REFUSED where a key is trusted and this is not its signature of these bytes at this path
   */
  demandSigned(stored: Uint8Array, signature: string | undefined, path: string): void;
}
