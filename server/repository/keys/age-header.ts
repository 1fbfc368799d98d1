// The header of an age file (C2SP age.md, "Header"): the file's key, wrapped for each recipient.

import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { base64nopad } from "@scure/base";
import { FlowgError } from "../../platform/errors.js";
import { ageLibrary } from "./age-library.js";
import { NONCE_BYTES, TAG_BYTES } from "./age-payload.js";
import { FILE_KEY_BYTES, type Wrap, x25519Wrap } from "./x25519.js";

export interface AgeHeader {
  fileKey: Uint8Array;
  header: Uint8Array;
}

const MAC_KEY_BYTES = 32;

/** Returns a function that makes headers for these recipients, each with a new file key. */
export function headersFor(recipients: readonly string[]): () => Promise<AgeHeader> {
  const wraps = recipients.flatMap((recipient) => x25519Wrap(recipient) ?? []);
  const isAll = wraps.length === recipients.length;
  return async () => (isAll ? ownHeader(wraps) : await libraryHeader(recipients));
}

/** If all recipients are of X25519, each body has 32 bytes, so it is one line. */
function ownHeader(wraps: readonly Wrap[]): AgeHeader {
  const fileKey = randomBytes(FILE_KEY_BYTES);
  const lines = ["age-encryption.org/v1"];
  for (const wrap of wraps) {
    const { args, body } = wrap(fileKey);
    lines.push(`-> ${args.join(" ")}`, base64nopad.encode(body));
  }
  const text = [...lines, "---"].join("\n");
  const key = Buffer.from(hkdfSync("sha256", fileKey, "", "header", MAC_KEY_BYTES));
  const mac = createHmac("sha256", key).update(text).digest();
  return { fileKey, header: Buffer.from(`${text} ${base64nopad.encode(mac)}\n`) };
}

async function libraryHeader(recipients: readonly string[]): Promise<AgeHeader> {
  const { Encrypter } = await ageLibrary();
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  let fileKey: Uint8Array | undefined;
  // a recipient that learns the file's key, and leaves no trace in the header
  encrypter.addRecipient({
    wrapFileKey(key) {
      fileKey = key;
      return [];
    },
  });
  const empty = await encrypter.encrypt(new Uint8Array(0));
  if (!fileKey) throw new FlowgError("INTERNAL", "age gave no file key");
  return { fileKey, header: empty.subarray(0, empty.length - NONCE_BYTES - TAG_BYTES) };
}
