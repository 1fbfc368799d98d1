// The text of a personal access token, and the hash that is stored instead of it. Its 190 random bits need no slow hash.

import { createHash, randomBytes } from "node:crypto";

const ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const LENGTH = 32;
const FORM = /^pat_[a-zA-Z0-9]{32}$/;

/** Makes `pat_` and 32 characters of `[a-zA-Z0-9]`, each as likely as the others. */
export function newTokenText(): string {
  let text = "pat_";
  // 62 doesn't divide 256: bytes past the last multiple would make the first letters likelier
  const limit = 256 - (256 % ALPHABET.length);
  while (text.length < 4 + LENGTH) {
    for (const byte of randomBytes(LENGTH)) {
      if (byte < limit && text.length < 4 + LENGTH) text += ALPHABET[byte % ALPHABET.length];
    }
  }
  return text;
}

export const isTokenText = (text: string): boolean => FORM.test(text);

/** SHA-256 of the whole text, `pat_` included: lower-case hex. */
export const tokenSha256 = (text: string): string =>
  createHash("sha256").update(text).digest("hex");
