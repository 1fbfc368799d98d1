// What a backup owes to a prune that ran beside it. See "How a backup and a prune get along" in ../README.md.

import { setTimeout as sleep } from "node:timers/promises";
import { FlowgError } from "../../platform/errors.js";
import { isMakerKnownGone } from "../../platform/files/maker.js";
import { highestLock, isStale, LOCK_MS, type SeenLock } from "../lock/prune-lock.js";
import type { Place } from "../places/place.js";
import { SEGMENTS, segmentNameOf } from "../segments/segment-path.js";

const POLL_MS = 1_000;
/** The first wait is short, since most prunes have little to do. */
const FIRST_POLL_MS = 50;

interface AskOptions {
  signal?: AbortSignal | undefined;
  lockMs?: number | undefined;
  /** How often to look whether the prune has gone on. */
  pollMs?: number | undefined;
  /**
   * Writes nothing, so the place can't be asked for its clock: a lock is stale once nobody has renewed it for its whole time
   * here.
   */
  onlyReads?: boolean | undefined;
}

/**
 * A backup calls this for all its segments once its manifest is written: a prune may have seen no manifest name them, and removed
 * them. Either the prune looked at the manifests after this one was written, or its lock is there. In the second case its next
 * round, or its end, says that it removes nothing more without another look.
 * @param names of segments
 * @returns those that are missing: put them again, and ask this again
 */
export async function missingAfterBackup(
  place: Place,
  names: Iterable<string>,
  options: AskOptions = {},
): Promise<string[]> {
  const missing = new Set(names);
  if (missing.size === 0) return [];
  await untilPruneRemovesNoMore(place, options);
  for await (const path of place.listPaths(SEGMENTS)) missing.delete(segmentNameOf(path) ?? "");
  return [...missing];
}

/** Waits until a prune that may be under way removes nothing more without another look at the manifests. */
export async function untilPruneRemovesNoMore(place: Place, options: AskOptions): Promise<void> {
  const lock = await highestLock(place);
  if (lock) await untilNextRound(place, lock, options);
}

async function untilNextRound(
  place: Place,
  first: SeenLock,
  { signal, lockMs = LOCK_MS, pollMs = POLL_MS, onlyReads = false }: AskOptions,
): Promise<void> {
  let seen = first;
  let seenAt = performance.now();
  const isAbandoned = async (turn: number) => {
    if (onlyReads) return isGone(seen) || performance.now() - seenAt > lockMs;
    // asking for the place's clock costs a put, so not each time
    return turn % 30 === 0 && (await isStale(place, seen, lockMs));
  };
  for (let turn = 0; ; turn++) {
    if (await isAbandoned(turn)) return;
    await sleep(Math.min(pollMs, FIRST_POLL_MS * 2 ** turn), undefined, { signal }).catch(
      (cause: unknown) => {
        throw new FlowgError("CANCELLED", "stopped", { cause });
      },
    );
    const now = await highestLock(place);
    if (now?.path !== first.path) return;
    if (now.round !== undefined && now.round > (first.round ?? 0)) return;
    if (now.storedAt.getTime() !== seen.storedAt.getTime()) seenAt = performance.now();
    seen = now;
  }
}

const isGone = ({ maker }: SeenLock): boolean => maker !== undefined && isMakerKnownGone(maker);
