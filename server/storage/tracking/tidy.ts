// Bounds the number of tracked parts, because a stream's tracked parts outlive the stream. If there are too many, the writes so
// far are forgotten. Earlier parts then say nothing, and are removed, some at the beginning of each epoch.

import { keepState, type Tracking, type TrackingState } from "./state.js";
import { lastEpoch, TRACKED } from "./tracked-parts.js";

export interface Bounds {
  /** The most tracked parts. */
  most: number;
  /** How many parts one transaction looks at. It runs on the main thread, which must answer others too. */
  batch: number;
  /** The epochs between two counts of the parts. */
  every: number;
}

const BOUNDS: Bounds = { most: 100_000, batch: 1_000, every: 64 };

/** Only inside a write transaction, when an epoch begins. @returns the state afterwards */
export function tidyTracked(
  tables: Tracking,
  state: TrackingState,
  { most, batch, every }: Bounds = BOUNDS,
): TrackingState {
  if (state.sweep !== undefined) return sweep(tables, state, batch);
  if (state.epoch % every !== 0 || tables.local.count(TRACKED) <= most) return state;
  return sweep(tables, { ...state, floor: state.epoch - 1, sweep: "" }, batch);
}

function sweep({ local }: Tracking, state: TrackingState, batch: number): TrackingState {
  const start = state.sweep ? Buffer.from(state.sweep, "base64url") : TRACKED.start;
  const found = [...local.findRange({ start, end: TRACKED.end, limit: batch })];
  for (const { key, value, isWhole } of found)
    if (isWhole && lastEpoch(key, value) <= state.floor) local.remove(key);
  const last = found.length === batch ? found.at(-1) : undefined;
  // the next key is this one with a zero byte more
  const next = last && Buffer.concat([last.key, Buffer.of(0)]).toString("base64url");
  return keepState({ local }, { ...state, sweep: next });
}
