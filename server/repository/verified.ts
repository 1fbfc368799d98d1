// Notes of which snapshots a drill has restored and found right: an object for each, beside the snapshots. It is signed as they
// are, so nobody who can only write to the place makes a snapshot pass for verified.
//
//     verified/2026-11-28/21-30-05.123Z-SETID.json.signed     four lines of minisign's, then JSON
//     verified/2026-11-28/21-30-05.123Z-SETID.json            in a repository without encryption, which has no signatures

import * as z from "zod";
import { eachAtOnce } from "../platform/each-at-once.js";
import { FlowgError } from "../platform/errors.js";
import { datedPart, datedPaths } from "./dated-path.js";
import type { Readable } from "./manifest-objects.js";

export const VERIFIED = "verified/";
const datedBy = datedPaths(VERIFIED, String.raw`\.json(?:\.signed)?`);
const FORMAT = "flowg-verified";
const VERSION = 1;
const AT_ONCE = 4;
const SIGNATURE_LINES = 4;

/** A snapshot, by what its path says. */
export interface NamedSnapshot {
  setId: string;
  createdAt: string;
}

/** What a drill has proved of a snapshot. */
export interface Verified {
  /** When it passed, RFC 3339. */
  verifiedAt: string;
  /** What a real restore of it takes, about. */
  restoreSeconds: number;
}

const schema = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  setId: z.string(),
  verifiedAt: z.iso.datetime(),
  restoreSeconds: z.number().nonnegative(),
});

function pathOf({ createdAt, setId }: NamedSnapshot, { keys }: Pick<Readable, "keys">): string {
  const signed = keys.cipher.suffix === "" ? "" : ".signed";
  return `${VERIFIED}${datedPart({ createdAt, id: setId })}.json${signed}`;
}

/** @throws IDENTITY_REQUIRED where nothing here signs, and what `place.put` throws */
export async function noteVerified(
  repository: Readable,
  snapshot: NamedSnapshot,
  verified: Verified,
): Promise<void> {
  const { place, keys } = repository;
  const path = pathOf(snapshot, repository);
  const note = { format: FORMAT, version: VERSION, setId: snapshot.setId, ...verified };
  const bytes = Buffer.from(JSON.stringify(note));
  if (keys.cipher.suffix === "") {
    await place.put(path, bytes);
    return;
  }
  const signature = keys.sign?.(bytes, path);
  if (signature === undefined)
    throw new FlowgError("IDENTITY_REQUIRED", "nothing here has the repository's signing key");
  await place.put(path, Buffer.concat([Buffer.from(`${signature.trimEnd()}\n`), bytes]));
}

/** @throws what `place.remove` throws */
export async function removeVerified(repository: Readable, snapshot: NamedSnapshot): Promise<void> {
  await repository.place.remove(pathOf(snapshot, repository));
}

/** The id of the snapshot that the object at a path is a note of; undefined where it is none. */
export const notedBy = (path: string): string | undefined => datedBy(path)?.id;

/** The snapshots that have a note, whether or not it is right. @throws what `place.list` throws */
export async function listVerified(repository: Readable): Promise<NamedSnapshot[]> {
  const found: NamedSnapshot[] = [];
  for await (const { path } of repository.place.list(VERIFIED)) {
    const dated = datedBy(path);
    const named = dated && { setId: dated.id, createdAt: dated.createdAt };
    if (named && pathOf(named, repository) === path) found.push(named);
  }
  return found;
}

/**
 * What is noted of snapshots, by their ids. A note that isn't signed by a trusted key, or isn't what was written, counts for nothing.
 * @throws what the place throws
 */
export async function readVerified(
  repository: Readable,
  noted: readonly NamedSnapshot[],
): Promise<Map<string, Verified>> {
  const found = new Map<string, Verified>();
  await eachAtOnce(noted, AT_ONCE, async (snapshot) => {
    const note = await readNote(repository, snapshot);
    if (note) found.set(snapshot.setId, note);
  });
  return found;
}

async function readNote(
  repository: Readable,
  snapshot: NamedSnapshot,
): Promise<Verified | undefined> {
  const path = pathOf(snapshot, repository);
  const stored = await repository.place.get(path);
  if (!stored) return undefined;
  const at = path.endsWith(".signed") ? endOfLines(stored) : 0;
  const bytes = stored.subarray(at);
  try {
    repository.keys.demandSigned(bytes, at > 0 ? stored.toString("utf8", 0, at) : undefined, path);
    const { setId, verifiedAt, restoreSeconds } = schema.parse(JSON.parse(bytes.toString()));
    return setId === snapshot.setId ? { verifiedAt, restoreSeconds } : undefined;
  } catch {
    return undefined;
  }
}

/** Where what is signed begins; 0 where the signature is cut. */
function endOfLines(stored: Buffer): number {
  let end = 0;
  for (let line = 0; line < SIGNATURE_LINES; line++) {
    const next = stored.indexOf("\n", end);
    if (next < 0) return 0;
    end = next + 1;
  }
  return end;
}
