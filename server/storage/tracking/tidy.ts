// Bounding the number of marks: streams come and go, and a mark outlives its stream. Where there are too many, what was
// written so far is forgotten: then marks of before say nothing, and are removed, some at the begin of each epoch.

import { lastEpoch, MARKS } from "./marks.js";
import { keepState, type Tracking, type TrackingState } from "./state.js";

export interface Bounds {
  /** Marks that there may be. */
  most: number;
  /** Looked at in one transaction: it runs on the main thread, which must answer others too. */
  batch: number;
  /** Epochs between two looks at how many there are. */
  every: number;
}

const BOUNDS: Bounds = { most: 100_000, batch: 1_000, every: 64 };

/** Only inside a write transaction, when an epoch begins. @returns the state afterwards */
export function tidyMarks(
  tables: Tracking,
  state: TrackingState,
  { most, batch, every }: Bounds = BOUNDS,
): TrackingState {
  if (state.sweep !== undefined) return sweep(tables, state, batch);
  if (state.epoch % every !== 0 || tables.local.count(MARKS) <= most) return state;
  return sweep(tables, { ...state, floor: state.epoch - 1, sweep: "" }, batch);
}

function sweep({ local }: Tracking, state: TrackingState, batch: number): TrackingState {
  const start = state.sweep ? Buffer.from(state.sweep, "base64url") : MARKS.start;
  const found = [...local.findRange({ start, end: MARKS.end, limit: batch })];
  for (const { key, value, isWhole } of found)
    if (isWhole && lastEpoch(key, value) <= state.floor) local.remove(key);
  const last = found.length === batch ? found.at(-1) : undefined;
  // the key after it is the one with a zero byte more
  const next = last && Buffer.concat([last.key, Buffer.of(0)]).toString("base64url");
  return keepState({ local }, { ...state, sweep: next });
}
