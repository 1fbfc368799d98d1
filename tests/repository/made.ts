// A repository of objects whose contents don't matter, for tests of code that looks only at manifests and names.

import { randomUUID } from "node:crypto";
import { newIdentity } from "../../server/repository/keys/identities.js";
import { newSigningKey } from "../../server/repository/keys/minisign.js";
import { repositoryKeys } from "../../server/repository/keys/repository-keys.js";
import type { Manifest, SegmentEntry } from "../../server/repository/manifest.js";
import { putManifest, type Readable } from "../../server/repository/manifest-objects.js";
import { databaseSums } from "../../server/repository/manifest-sums.js";
import type { Place } from "../../server/repository/places/place.js";

const HASH = "0".repeat(64);

export interface Described {
  createdAt: string;
  host?: string;
  installation?: string | undefined;
  tags?: string[];
  /** Hexadecimal digits, one for each of its segments. */
  segments?: string;
  /** The time of the last change that its journal had, milliseconds since 1970. */
  journaled?: number;
  /** Of its database, where it is journaled. */
  history?: string;
}

export const segmentName = (digit: string): string => digit.repeat(64);

export const segmentPath = (digit: string, suffix: string): string =>
  `segments/${digit}${digit}/${segmentName(digit)}.zst${suffix}`;

export interface Made {
  /** Its keys sign, read, and trust their own signatures. */
  repository: Readable;
  /** The same with another signing key: what a stranger writes. */
  forged: Readable;
  /** Without an identity. */
  unread: Readable;
}

export async function encrypted(place: Place): Promise<Made> {
  const identity = newIdentity();
  const [signingKey, another] = [newSigningKey(), newSigningKey()];
  const encryption = { recipients: [identity.recipient], nameKey: Buffer.alloc(32, 1) };
  const facts = { id: randomUUID(), trusted: [signingKey.publicKey] };
  const reading = { ...encryption, identities: [identity] };
  return {
    repository: { place, keys: repositoryKeys({ ...facts, encryption: reading, signingKey }) },
    forged: {
      place,
      keys: repositoryKeys({ ...facts, encryption: reading, signingKey: another }),
    },
    unread: {
      place,
      keys: repositoryKeys({ ...facts, encryption: { ...encryption, identities: [] }, signingKey }),
    },
  };
}

export const open = (place: Place): Readable => ({
  place,
  keys: repositoryKeys({ id: randomUUID(), trusted: [] }),
});

/** Stores its segments where they aren't yet, and then its manifest. @returns the snapshot's id */
export async function putSnapshot(
  repository: Readable,
  {
    createdAt,
    host = "web-1",
    installation,
    tags = [],
    segments = "",
    journaled,
    history = "h",
  }: Described,
): Promise<string> {
  const { place, keys } = repository;
  const entries = [...segments].map(
    (digit): SegmentEntry => ({
      name: segmentName(digit),
      contentSha256: HASH,
      firstKey: `role:${digit}a`,
      lastKey: `role:${digit}b`,
      entries: 1,
      rawBytes: 1,
      blocks: 1,
      bytes: 1,
      storedBytes: 1,
      storedSha256: HASH,
    }),
  );
  for (const digit of segments)
    await place.putNew(segmentPath(digit, keys.cipher.suffix), Buffer.from(digit));
  const setId = randomUUID();
  const manifest: Manifest = {
    format: "flowg-repository-snapshot",
    version: 1,
    setId,
    createdAt,
    producer: "test",
    host,
    ...(installation !== undefined && { installation }),
    tags,
    databases: {
      auth: {
        ...databaseSums(entries),
        segments: entries,
        ...(journaled === undefined
          ? {}
          : { tracking: { history, epoch: 1, nonce: "n", version: 1, journaled } }),
      },
    },
  };
  await putManifest(repository, manifest);
  return setId;
}
