// Finds the streams of which only a stretch of time is restored. Their configuration comes in only where there is none.

import { isInRange } from "../../../records/keys.js";
import { streamKey } from "../../../records/records.js";
import type { SelectedRange } from "../../../records/selection.js";

export function isFilledIn(stream: string, ranges: readonly SelectedRange[] = []): boolean {
  const key = streamKey(stream);
  return ranges.some((range) => range.fillsIn && isInRange(key, range));
}
