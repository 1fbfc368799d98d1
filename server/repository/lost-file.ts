// Does without a repository.json that is gone or damaged, so that its loss costs no snapshot: an identity opens each object by
// itself, and the comment of each signature names the repository. Nothing is written or removed until the file is put back, since
// it says for whom to encrypt, and what is there.

import { randomUUID } from "node:crypto";
import { FlowgError } from "../platform/errors.js";
import type { Identity } from "./keys/identities.js";
import { lockSecrets } from "./keys/kept-secrets.js";
import type { KeyFile } from "./keys/key-file.js";
import { isSignatureOf, type PublicKey, parseSignature } from "./keys/minisign.js";
import { objectOfComment } from "./keys/signatures.js";
import { type Readable, type StoredSnapshot, snapshotObjects } from "./manifest-objects.js";
import type { OpenedRepository } from "./open.js";
import type { Place } from "./places/place.js";
import {
  MAX_BYTES,
  newRepositoryFile,
  REPOSITORY_FILE,
  type RepositoryFile,
  readRepositoryFile,
} from "./repository-file.js";
import { newestFirst } from "./retention/policy.js";

export interface Remembered {
  identities: readonly Identity[];
  /** Whose signatures are believed. */
  trusted: readonly PublicKey[];
  keyFiles: readonly KeyFile[];
  /** Believes what nobody trusted has signed. */
  allowUnsigned: boolean;
}

/** This many of the newest snapshots are asked which repository they are of. */
const ASKED = 20;
/** An unencrypted repository's snapshots don't name it. */
const UNKNOWN = "00000000-0000-4000-8000-000000000000";

/**
 * Says what the file must have said, as far as it is needed to read.
 * @returns undefined where there is no snapshot, or none that can be believed
 * @throws what the place throws
 */
export async function rememberedFile(
  place: Place,
  { identities, trusted, keyFiles, allowUnsigned }: Remembered,
): Promise<RepositoryFile | undefined> {
  const about = { format: "flowg-repository", version: 1, createdAt: "" } as const;
  const { snapshots } = await snapshotObjects(place, { suffix: ".age" });
  if (snapshots.length === 0) {
    const { snapshots: open } = await snapshotObjects(place, { suffix: "" });
    // where somebody is trusted, these may have been put there by anybody
    if (open.length === 0 || (trusted.length > 0 && !allowUnsigned)) return undefined;
    return { ...about, id: UNKNOWN, encryption: "none", recipients: [], signingKeys: [] };
  }
  if (identities.length === 0) return undefined;
  const believed = allowUnsigned ? undefined : trusted;
  const id = await idFrom(place, snapshots.sort(newestFirst).slice(0, ASKED), believed);
  if (id === undefined) return undefined;
  const keyFile = keyFiles.find((one) => one.id === id);
  const recipients = keyFile?.recipients ?? identities.map(({ recipient }) => recipient);
  const signingKeys = keyFile ? [keyFile.signingKey.publicKey] : trusted;
  return {
    ...about,
    id,
    encryption: "age",
    recipients,
    signingKeys: signingKeys.map(({ text }) => text),
  };
}

/** @param trusted undefined: anybody's signature is believed */
async function idFrom(
  place: Place,
  snapshots: readonly StoredSnapshot[],
  trusted: readonly PublicKey[] | undefined,
): Promise<string | undefined> {
  for (const { path, signaturePath } of snapshots) {
    const signature = parseSignature((await place.get(signaturePath))?.toString() ?? "");
    const named = signature && objectOfComment(signature.trustedComment);
    if (!signature || named?.path !== path) continue;
    const keys = trusted?.filter(({ id }) => id === signature.keyId);
    if (!keys) return named.repository;
    const stored = keys.length > 0 ? await place.get(path) : undefined;
    if (stored && keys.some((key) => isSignatureOf(stored, signature, key)))
      return named.repository;
  }
  return trusted ? undefined : UNKNOWN;
}

/** The error of a write to it, and the note of a read. */
export const withoutFile = (
  place: Place,
  { code, message }: FlowgError,
): { refusal: FlowgError; note: string } => ({
  refusal: new FlowgError(code, `nothing is written to ${place.name}: ${message}`, {
    hint: HOW_TO_PUT_BACK,
  }),
  note: `${message}: snapshots are read without it, and nothing is written; ${HOW_TO_PUT_BACK}`,
});

/**
 * For whatever removes objects, or stores some that aren't encrypted. Encrypting itself is refused.
 * @throws why the file can't be read
 */
export function demandFile({ place, lostFile }: Readable): void {
  if (lostFile) throw withoutFile(place, lostFile).refusal;
}

const HOW_TO_PUT_BACK =
  "put it back from a copy, or by `flowg repository check --repair` with the identity and the key file of a machine that makes " +
  "backups (--repository-key)";

/**
 * Writes the file anew, with what this machine's key file knows. An identity that a passphrase opened isn't in the new one.
 * Snapshots don't name an unencrypted repository, so it gets a new id, and the next backup reads everything.
 * @param lostFile why it can't be read
 * @returns undefined, or what is lacking
 * @throws what the place throws
 */
export async function putBackFile(
  { id, place, keyFile, file }: OpenedRepository,
  { lostFile, dryRun }: { lostFile: FlowgError; dryRun: boolean },
): Promise<string | undefined> {
  const bytes =
    file.encryption === "none"
      ? newRepositoryFile({ ...openToAll, id: randomUUID() }, undefined)
      : keyFile && (await fileFrom(keyFile, id));
  if (!bytes) return `no key file of the repository ${id} is here: give one with --repository-key`;
  if (dryRun) return undefined;
  if (lostFile.code === "REPOSITORY_DAMAGED") return await replaceDamaged(place, bytes);
  return (await place.putNew(REPOSITORY_FILE, bytes)) ? undefined : MEANWHILE;
}

const MEANWHILE = "somebody has put another one back meanwhile";

/** Keeps a copy of what is there: an identity that a passphrase opens may be whole in it, and nowhere else. */
async function replaceDamaged(place: Place, bytes: Buffer): Promise<string | undefined> {
  const now = await readRepositoryFile(place).catch(damageOf);
  if (now && !(now instanceof FlowgError)) return MEANWHILE;
  const damaged = await place.get(REPOSITORY_FILE, { start: 0, end: MAX_BYTES });
  if (!damaged) return (await place.putNew(REPOSITORY_FILE, bytes)) ? undefined : MEANWHILE;
  await place.putNew(`${REPOSITORY_FILE}.damaged-${randomUUID()}`, damaged);
  await place.put(REPOSITORY_FILE, bytes);
  return undefined;
}

/** @throws what isn't damage */
export function damageOf(error: unknown): FlowgError {
  if (error instanceof FlowgError && error.code === "REPOSITORY_DAMAGED") return error;
  throw error;
}

const openToAll = { encryption: "none" as const, recipients: [], signingKeys: [] };

async function fileFrom({ recipients, nameKey, signingKey }: KeyFile, id: string): Promise<Buffer> {
  const keys = await lockSecrets({ nameKey, signingKey }, recipients);
  const signingKeys = [signingKey.publicKey.text];
  return newRepositoryFile({ id, encryption: "age", recipients, keys, signingKeys }, signingKey);
}
