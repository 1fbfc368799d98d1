// Finds what was changed between a snapshot and a later instant, as the deltas after it say. Where a delta is missing, or isn't what
// was written, the error names the instant up to which all is there.

import { FlowgError } from "../../platform/errors.js";
import { BACKUP_ORDER } from "../../records/backup-names.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { Manifest } from "../manifest.js";
import type { Readable } from "../manifest-objects.js";
import { DeltaChain } from "./delta-chain.js";
import { listDeltas } from "./delta-objects.js";
import { BEFORE_SNAPSHOT_MS } from "./delta-path.js";
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

/** Nearly always a snapshot's instant is at most this much earlier than the time in its manifest; a delta's time is exact. */
const MOSTLY_BEFORE_MS = 60_000;
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
