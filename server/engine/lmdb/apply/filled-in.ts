// Streams whose configuration comes only where there is none: of which a stretch of time is restored.

import { isInRange } from "../../../records/keys.js";
import { streamKey } from "../../../records/records.js";
import type { SelectedRange } from "../../../records/selection.js";

export function isFilledIn(stream: string, ranges: readonly SelectedRange[] = []): boolean {
  const key = streamKey(stream);
  return ranges.some((range) => range.fillsIn && isInRange(key, range));
}
