// Finds what was changed between a snapshot and a later instant, as the deltas after it say. Where a delta is missing, or isn't what
// was written, the error names the instant up to which all is there.

import { FlowgError } from "../../platform/errors.js";
import { BACKUP_ORDER } from "../../records/backup-names.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { Manifest } from "../manifest.js";
import type { Readable } from "../manifest-objects.js";
import { DeltaChain } from "./delta-chain.js";
import { listDeltas, readDelta } from "./delta-objects.js";
import { BEFORE_SNAPSHOT_MS, type StoredDelta } from "./delta-path.js";
import { isOfOneDelta } from "./fetched-deltas.js";
import type { Overlay } from "./overlay.js";

export interface ChangesWish {
  /** The changes go up to the last commit of this time or before; undefined: to the last that there is. */
  at: Date | undefined;
  /** Where a delta is missing, takes the changes before it instead of refusing. */
  allowMissing?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

export interface ChangesSince {
  overlays: Partial<Record<DatabaseKind, Overlay>>;
  /** The instant that the snapshot comes to with these changes. */
  instant: Date;
  /** Whether it has all changes up to there. If not, the notes say what it may lack. */
  isWhole: boolean;
  deltas: number;
  notes: string[];
}

/**
 * Nearly always the deltas that go on from a snapshot are at most this much earlier than its time. Earlier versions gave snapshots
 * their time late, and clocks may be set back.
 */
const MOSTLY_BEFORE_MS = 60_000;
/** So many deltas before a snapshot's time are looked at for the one that it goes on from. */
const LOOKED_AT = 8;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Reads the deltas after a snapshot.
 * @returns undefined where no journal was kept when the snapshot was made: then it stands alone
 * @throws REPOSITORY_DAMAGED where a delta is missing, unless that is allowed; IDENTITY_REQUIRED, and what the place throws
 */
export async function changesSince(
  repository: Readable,
  manifest: Manifest,
  wish: ChangesWish,
): Promise<ChangesSince | undefined> {
  const kinds = BACKUP_ORDER.filter(
    (kind) => manifest.databases[kind]?.tracking?.journaled !== undefined,
  );
  if (kinds.length === 0) return undefined;
  const made = Date.parse(manifest.createdAt);
  let from = new Date(made - MOSTLY_BEFORE_MS);
  let deltas = await listDeltas(repository, { from, to: new Date(Date.now() + DAY_MS) });
  deltas = deltas.filter(({ createdAt }) => Date.parse(createdAt) >= from.getTime());
  deltas = await withoutCovered(repository, deltas, { manifest, kinds });
  let chain = new DeltaChain(manifest, kinds, wish.at?.getTime());
  await chain.follow(repository, deltas, wish.signal);
  if (chain.beginsLate) {
    // this snapshot took long to begin
    from = new Date(made - BEFORE_SNAPSHOT_MS);
    deltas = await listDeltas(repository, { from, to: new Date(Date.now() + DAY_MS) });
    chain = new DeltaChain(manifest, kinds, wish.at?.getTime());
    await chain.follow(repository, deltas, wish.signal);
  }
  const problem = chain.problem();
  if (problem === undefined && !chain.hasTooMuch) {
    const { mayLack } = chain;
    return chain.result([...chain.leftOut(), ...(mayLack === undefined ? [] : [mayLack])]);
  }
  if (problem === undefined) {
    const again = new DeltaChain(manifest, kinds, chain.reached);
    await again.follow(repository, deltas, wish.signal);
    return again.result(chain.leftOut());
  }
  if (!wish.allowMissing) throw missing(repository, problem, chain.reached);
  const upTo = new DeltaChain(manifest, kinds, chain.reached);
  await upTo.follow(repository, deltas, wish.signal);
  return upTo.result([`${problem}: this is the state of ${asText(chain.reached)}`]);
}

/** Leaves out the deltas that hold nothing but what the snapshot has. They are found from its time backwards. */
async function withoutCovered(
  repository: Readable,
  deltas: StoredDelta[],
  { manifest, kinds }: { manifest: Manifest; kinds: readonly DatabaseKind[] },
): Promise<StoredDelta[]> {
  const made = Date.parse(manifest.createdAt);
  const after = deltas.findIndex(({ createdAt }) => Date.parse(createdAt) >= made);
  const end = after < 0 ? deltas.length : after;
  for (let index = end - 1; index >= Math.max(0, end - LOOKED_AT); index--) {
    const { path } = deltas[index] as StoredDelta;
    const delta = await readDelta(repository, path).catch((error: unknown) => {
      if (!isOfOneDelta(error)) throw error;
    });
    const isCovered = kinds.every((kind) => {
      const [part, point] = [delta?.header.databases[kind], manifest.databases[kind]?.tracking];
      return part && point && part.history === point.history && part.to <= point.version;
    });
    if (isCovered) return deltas.slice(index + 1);
  }
  return deltas;
}

const asText = (ms: number): string => new Date(ms).toISOString();

const missing = ({ place }: Readable, problem: string, reached: number): FlowgError =>
  new FlowgError(
    "REPOSITORY_DAMAGED",
    `in ${place.name}, ${problem}; what is there reaches ${asText(reached)}`,
    {
      hint: `restore --at ${asText(reached)}, or take what there is with --allow-missing-deltas; --no-deltas takes the snapshot alone`,
      details: { reaches: asText(reached) },
    },
  );
