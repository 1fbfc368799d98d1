// Manifests as objects: where they lie, how they are stored, signed and read.
//
//     snapshots/2026-11-28/21-30-05.123Z-SETID.json.zst[.age]            zstd (see formats/snapshot/compressed), then age
//     snapshots/2026-11-28/21-30-05.123Z-SETID.json.zst[.age].minisig    of the object as stored

import { compressed, expanded } from "../formats/snapshot/compressed.js";
import { FlowgError, hasCode } from "../platform/errors.js";
import { datedPart, datedPaths } from "./dated-path.js";
import type { RepositoryKeys } from "./keys/keys.js";
import { demandKnownVersion } from "./known-version.js";
import { MANIFEST_FORMAT, MANIFEST_VERSION, type Manifest } from "./manifest.js";
import { manifestSchema } from "./manifest-schema.js";
import type { ObjectLock, Place, PlacedObject } from "./places/place.js";

export const SNAPSHOTS = "snapshots/";
const datedBy = datedPaths(SNAPSHOTS, String.raw`\.json\.zst(?:\.age)?`);
/** Room for some 800,000 segments. */
const MAX_BYTES = 512 * 1024 * 1024;

/** What is needed to find and read a repository's objects. */
export interface Readable {
  readonly place: Place;
  readonly keys: RepositoryKeys;
  /** Why repository.json can't be read: see lost-file. */
  readonly lostFile?: FlowgError | undefined;
}

/** What its path tells of a snapshot. */
export interface StoredSnapshot {
  path: string;
  signaturePath: string;
  setId: string;
  createdAt: string;
  /** When it was stored, by the place's clock. */
  storedAt: Date;
}

/** A repository recognizes its own objects by their suffix. */
export type Named = Pick<RepositoryKeys["cipher"], "suffix">;

export function manifestPath(
  { createdAt, setId }: Pick<Manifest, "createdAt" | "setId">,
  suffix: string,
): string {
  return `${SNAPSHOTS}${datedPart({ createdAt, id: setId })}.json.zst${suffix}`;
}

const SIGNATURE = ".minisig";
export const signaturePathOf = (path: string): string => path + SIGNATURE;

/** The path of what a signature signs; undefined for the path of another object. */
export const signedPathOf = (path: string): string | undefined =>
  path.endsWith(SIGNATURE) ? path.slice(0, -SIGNATURE.length) : undefined;

/** The kind of an object below `snapshots/`. Only this function decides it. */
export function snapshotAt(
  { path, storedAt }: Pick<PlacedObject, "path" | "storedAt">,
  { suffix }: Named,
): StoredSnapshot | undefined {
  const { createdAt, id: setId } = datedBy(path) ?? {};
  if (createdAt === undefined || setId === undefined) return undefined;
  // a name of another kind of repository, or a day that doesn't exist: we never write such names
  if (manifestPath({ createdAt, setId }, suffix) !== path) return undefined;
  return { path, signaturePath: signaturePathOf(path), setId, createdAt, storedAt };
}

export interface SnapshotObjects {
  /** The oldest first. */
  snapshots: StoredSnapshot[];
  signatures: PlacedObject[];
  /** Paths of objects of no known kind. */
  others: PlacedObject[];
}

/** Lists what lies below `snapshots/`, without reading any object. */
export async function snapshotObjects(place: Place, named: Named): Promise<SnapshotObjects> {
  const found: SnapshotObjects = { snapshots: [], signatures: [], others: [] };
  for await (const object of place.list(SNAPSHOTS)) {
    const { path } = object;
    const of = signedPathOf(path);
    const snapshot = snapshotAt(object, named);
    if (snapshot) found.snapshots.push(snapshot);
    else if (of !== undefined && snapshotAt({ ...object, path: of }, named))
      found.signatures.push(object);
    else found.others.push(object);
  }
  return found;
}

/**
 * Stores the signature, then the manifest: from then on the snapshot exists. Its id is random, so no other object is at its path.
 * @throws what `place.put` throws
 */
export async function putManifest(
  { place, keys }: Readable,
  manifest: Manifest,
  lock?: ObjectLock,
): Promise<{ path: string; bytes: number }> {
  const path = manifestPath(manifest, keys.cipher.suffix);
  const stored = await keys.cipher.encrypt(await compressed(Buffer.from(JSON.stringify(manifest))));
  const signature = keys.sign?.(stored, path);
  if (signature !== undefined) await place.put(signaturePathOf(path), Buffer.from(signature), lock);
  // not `putNew`: after a lost answer, a writer that may not read could not tell its own object from another's
  await place.put(path, stored, lock);
  return { path, bytes: stored.byteLength };
}

/**
 * @param demandSigned refuses a manifest without the signature of a trusted key
 * @returns undefined if there is no manifest
 * @throws IDENTITY_REQUIRED, REPOSITORY_DAMAGED, SIGNATURE_REFUSED; SNAPSHOT_UNSUPPORTED if a later version wrote it
 */
export async function readManifest(
  { place, keys }: Readable,
  path: string,
  { demandSigned }: { demandSigned: boolean },
): Promise<Manifest | undefined> {
  const stored = await place.get(path);
  if (!stored) return undefined;
  if (demandSigned) {
    const signature = await place.get(signaturePathOf(path));
    // a signature goes after its manifest, so this snapshot was forgotten meanwhile
    if (!signature && !(await place.get(path))) return undefined;
    keys.demandSigned(stored, signature?.toString(), path);
  }
  return parseManifest(await textOf(await keys.cipher.decrypt(stored, path), path), path);
}

async function textOf(plain: Buffer, path: string): Promise<string> {
  try {
    return (await expanded(plain, MAX_BYTES)).toString();
  } catch (error) {
    if (!hasCode(error, "SNAPSHOT_CORRUPT")) throw error;
    throw damaged(path, `is not what was written: ${error.message}`, error);
  }
}

function parseManifest(text: string, path: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, "isn't JSON", cause);
  }
  demandKnownVersion(json, { format: MANIFEST_FORMAT, version: MANIFEST_VERSION }, path);
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.length ? `${issue.path.join(".")}: ` : "";
    throw damaged(path, `isn't a manifest (${where}${issue?.message})`, parsed.error);
  }
  const named = datedBy(path);
  const { setId, createdAt } = parsed.data;
  if (named && (named.id !== setId || Date.parse(named.createdAt) !== Date.parse(createdAt))) {
    throw damaged(path, `holds the manifest of another snapshot, ${setId} of ${createdAt}`);
  }
  return parsed.data as Manifest;
}

const damaged = (path: string, what: string, cause?: unknown): FlowgError =>
  new FlowgError("REPOSITORY_DAMAGED", `${path} ${what}`, {
    cause,
    hint: "restore from another snapshot; flowg repository check says what else is damaged",
  });
