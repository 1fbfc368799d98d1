// repository.json: what a repository is, and for whom it is encrypted. Nothing in it can be read that is secret.
//
//     {
//       "format": "flowg-repository", "version": 1, "id": UUID, "createdAt": RFC 3339,
//       "encryption": "age" or "none",
//       "recipients":  ["age1…"],                of whom each can read everything
//       "keys":        armored age file for the recipients: {"nameKey": hex, "signingKey": minisign's secret key}
//       "identity":    armored age file that a passphrase opens: an identity file. Absent without a passphrase
//       "signingKeys": ["RW…"],                  minisign's public keys
//       "signature":   a signature in minisign's format, of this object without it: JSON as `jq 'del(.signature)'` prints it
//     }
//
// Everybody that can write to the place can replace it: what is believed of it is what a trusted key has signed, or a key file
// says too.

import * as z from "zod";
import { FlowgError } from "../platform/errors.js";
import { isObject } from "../platform/json-object.js";
import type { PublicKey, SigningKey } from "./keys/minisign.js";
import { demandSignature, signObject } from "./keys/signatures.js";
import { demandKnownVersion } from "./known-version.js";
import type { Place } from "./places/place.js";

export const REPOSITORY_FILE = "repository.json";
const FORMAT = "flowg-repository";
const VERSION = 1;
export const MAX_BYTES = 4 * 1024 * 1024;

const schema = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  id: z.uuid(),
  createdAt: z.iso.datetime(),
  encryption: z.enum(["age", "none"]),
  recipients: z.array(z.string()),
  keys: z.string().optional(),
  identity: z.string().optional(),
  signingKeys: z.array(z.string()),
  signature: z.string().optional(),
});

export type RepositoryFile = z.infer<typeof schema>;

/** A repository.json as it was found. */
export interface FoundFile {
  file: RepositoryFile;
  /** What its signature is of. */
  unsigned: Buffer;
}

export function newRepositoryFile(
  facts: Omit<RepositoryFile, "format" | "version" | "createdAt" | "signature">,
  signingKey: SigningKey | undefined,
): Buffer {
  const { id, ...rest } = facts;
  const createdAt = new Date().toISOString();
  const file = { format: FORMAT, version: VERSION, id, createdAt, ...rest };
  if (!signingKey) return jsonBytes(file);
  const signed = { stored: jsonBytes(file), path: REPOSITORY_FILE };
  return jsonBytes({ ...file, signature: signObject(signed, signingKey, id) });
}

/**
 * @returns undefined where there is none
 * @throws REPOSITORY_DAMAGED, SNAPSHOT_UNSUPPORTED, and what `place.get` throws
 */
export async function readRepositoryFile(place: Place): Promise<FoundFile | undefined> {
  const bytes = await place.get(REPOSITORY_FILE, { start: 0, end: MAX_BYTES });
  return bytes && parseRepositoryFile(bytes, place.name);
}

/** @param where for messages */
export function parseRepositoryFile(bytes: Buffer, where: string): FoundFile {
  const json = parsed(bytes);
  demandKnownVersion(json, { format: FORMAT, version: VERSION }, `the repository at ${where}`);
  const found = schema.safeParse(json);
  if (!json || !found.success) {
    const problem = found.error?.issues[0];
    const what = !json
      ? "it isn't a JSON object"
      : `${problem?.path.join(".")}: ${problem?.message}`;
    throw new FlowgError(
      "REPOSITORY_DAMAGED",
      `${REPOSITORY_FILE} at ${where} is not what was written: ${what}`,
      { hint: "put it back from a copy of the repository; the snapshots themselves may be whole" },
    );
  }
  const { signature: _, ...unsigned } = json;
  return { file: found.data, unsigned: jsonBytes(unsigned) };
}

/** @throws SIGNATURE_REFUSED unless a trusted key has signed it */
export function demandSignedFile(
  { file, unsigned }: FoundFile,
  trusted: readonly PublicKey[],
): void {
  const { id, signature } = file;
  demandSignature({ stored: unsigned, signature, path: REPOSITORY_FILE }, trusted, id);
}

function parsed(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(bytes.toString("utf8"));
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

const jsonBytes = (json: object): Buffer => Buffer.from(`${JSON.stringify(json, null, 2)}\n`);
