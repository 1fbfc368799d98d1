// What a backup owes to a prune that ran beside it. See "How a backup and a prune get along" in ../README.md.

import { setTimeout as sleep } from "node:timers/promises";
import { FlowgError } from "../../platform/errors.js";
import { highestLock, isStale, LOCK_MS, type SeenLock } from "../lock/prune-lock.js";
import type { Place } from "../places/place.js";
import { SEGMENTS, segmentNameOf } from "../segments/segment-path.js";

const POLL_MS = 1_000;
/** Most prunes have little to do. */
const FIRST_POLL_MS = 50;

interface AskOptions {
  signal?: AbortSignal | undefined;
  lockMs?: number | undefined;
  /** How often it looks whether the prune has gone on. */
  pollMs?: number | undefined;
}

/**
 * To be called when a backup's manifest is written, for all its segments: a prune may have seen nobody name
 * them, and removed them.
 *
 * Either the prune looked at the manifests after this one was written, or its lock is there: then its next round, or its end,
 * says that it removes nothing any more without another look.
 * @param names of segments
 * @returns those that aren't there: they must be put again, and this asked again
 */
export async function missingAfterBackup(
  place: Place,
  names: Iterable<string>,
  options: AskOptions = {},
): Promise<string[]> {
  const missing = new Set(names);
  if (missing.size === 0) return [];
  await untilPruneRemovesNoMore(place, options);
  for await (const { path } of place.list(SEGMENTS)) missing.delete(segmentNameOf(path) ?? "");
  return [...missing];
}

/** Until a prune that may be under way removes nothing any more without another look at the manifests. */
export async function untilPruneRemovesNoMore(place: Place, options: AskOptions): Promise<void> {
  const lock = await highestLock(place);
  if (lock) await untilNextRound(place, lock, options);
}

async function untilNextRound(
  place: Place,
  first: SeenLock,
  { signal, lockMs = LOCK_MS, pollMs = POLL_MS }: AskOptions,
): Promise<void> {
  let seen = first;
  for (let turn = 0; ; turn++) {
    // each time the place's clock is asked, which is a put
    if (turn % 30 === 0 && (await isStale(place, seen, lockMs))) return;
    await sleep(Math.min(pollMs, FIRST_POLL_MS * 2 ** turn), undefined, { signal }).catch(
      (cause: unknown) => {
        throw new FlowgError("CANCELLED", "stopped", { cause });
      },
    );
    const now = await highestLock(place);
    if (now?.path !== first.path) return;
    if (now.round !== undefined && now.round > (first.round ?? 0)) return;
    seen = now;
  }
}
