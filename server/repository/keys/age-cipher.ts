// Encrypts objects as age files: `age-header` and `age-opener` do their headers, `age-payload` the rest.

import { FlowgError } from "../../platform/errors.js";
import { type AgeHeader, headersFor } from "./age-header.js";
import { headerOpener, type OpenHeader } from "./age-opener.js";
import { decryptPayload, encryptPayload } from "./age-payload.js";
import type { Identity } from "./identities.js";
import type { Cipher } from "./keys.js";

export interface AgeKeys {
  /** The recipients, who can read what is encrypted. */
  recipients: readonly string[];
  identities: readonly Identity[];
}

export function ageCipher(keys: AgeKeys): Cipher {
  const newHeader = headersFor(keys.recipients);
  const open = headerOpener(keys.identities);
  return {
    suffix: ".age",
    encrypt: async (plain) => encryptWith(await newHeader(), plain),
    decrypt: (stored, path) => decryptWith(open, { stored, path, keys }),
  };
}

export async function encryptAge(
  plain: Uint8Array,
  recipients: readonly string[],
): Promise<Buffer> {
  return await encryptWith(await headersFor(recipients)(), plain);
}

const encryptWith = ({ fileKey, header }: AgeHeader, plain: Uint8Array): Promise<Buffer> =>
  encryptPayload(fileKey, plain, header);

/**
 * @param path of the object, for messages
 * @throws IDENTITY_REQUIRED, REPOSITORY_DAMAGED
 */
export function decryptAge(stored: Uint8Array, path: string, keys: AgeKeys): Promise<Buffer> {
  return decryptWith(headerOpener(keys.identities), { stored, path, keys });
}

async function decryptWith(
  open: OpenHeader,
  { stored, path, keys }: { stored: Uint8Array; path: string; keys: AgeKeys },
): Promise<Buffer> {
  const { identities, recipients } = keys;
  if (identities.length === 0) throw identityRequired(path, recipients, "none was given");
  const header = headerOf(stored);
  if (!header) throw damaged(path, "it doesn't begin as an encrypted object does");
  const isDamaged = (cause?: unknown) =>
    damaged(path, "its header was changed, or it was encrypted for others", cause);
  const fileKey = await open(header).catch((cause: unknown) => {
    throw isDamaged(cause);
  });
  if (!fileKey) {
    if (isForOneOf(identities, recipients)) throw isDamaged();
    throw identityRequired(path, recipients, "none of those given fits");
  }
  const plain = await decryptPayload(fileKey, stored.subarray(header.length));
  if (!plain) throw damaged(path, "its contents were changed, or cut short");
  return plain;
}

/** Whether one of these identities should open what is encrypted for these recipients. */
export const isForOneOf = (
  identities: readonly Identity[],
  recipients: readonly string[],
): boolean => identities.some(({ recipient }) => recipients.includes(recipient));

const BEGIN = "age-encryption.org/v1\n";
/** Far more than the stanzas of any realistic number of recipients. */
const MAX_HEADER_BYTES = 1024 * 1024;

/** A header ends with the line that begins with three dashes. */
function headerOf(stored: Uint8Array): Uint8Array | undefined {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  if (bytes.toString("latin1", 0, BEGIN.length) !== BEGIN) return undefined;
  const mac = bytes.subarray(0, MAX_HEADER_BYTES).indexOf("\n--- ");
  const end = mac < 0 ? -1 : bytes.indexOf("\n", mac + 1);
  return end < 0 ? undefined : bytes.subarray(0, end + 1);
}

function damaged(path: string, what: string, cause?: unknown): FlowgError {
  return new FlowgError("REPOSITORY_DAMAGED", `${path} is damaged: ${what}`, {
    hint: "`flowg repository check` tells what is lost; other snapshots may be whole",
    details: { path },
    cause,
  });
}

function identityRequired(path: string, recipients: readonly string[], why: string): FlowgError {
  const opens =
    recipients.length === 1 ? "the identity that opens it" : "an identity that opens it";
  return new FlowgError(
    "IDENTITY_REQUIRED",
    `${path} is encrypted, and needs ${opens}: ${why}; it is encrypted for ${listed(recipients)}`,
    {
      hint: "give the identity file with --identity FILE or FLOWG_IDENTITY_FILE",
      details: { path, recipients },
    },
  );
}

/** Post-quantum recipients are 2 KB long. */
export const listed = (recipients: readonly string[]): string =>
  recipients.map((one) => (one.length > 80 ? `${one.slice(0, 40)}…` : one)).join(", ");
