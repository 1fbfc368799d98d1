// Turns the blocks of a walk into segments: the blocks between two cuts belong together.

import type { DatabaseKind } from "../../records/kinds.js";
import type { RawBlock } from "../../records/raw-block.js";
import { SegmentRecords } from "./segment-object.js";
import { SpareMemory } from "./spare-memory.js";

export interface CutSegment {
  records: SegmentRecords;
  /** Whether it ends with a cut. Otherwise the walk ended there. */
  isCut: boolean;
}

/** If an engine reports no cuts, a segment gets about this size. */
const WITHOUT_CUTS_BYTES = 16 * 1024 * 1024;

/** @param recycle gets memory for each block at once: that of an earlier block, since the segment keeps this one */
export async function* cutSegments(
  database: DatabaseKind,
  blocks: AsyncIterable<RawBlock>,
  recycle: (memory: ArrayBuffer) => void,
): AsyncGenerator<CutSegment> {
  using spare = new SpareMemory();
  const give = (memory: ArrayBuffer) => spare.give(memory);
  let records = new SegmentRecords(database, give);
  for await (const block of blocks) {
    records.add(block);
    recycle(spare.take());
    if (!block.endsSegment && records.rawBytes < WITHOUT_CUTS_BYTES) continue;
    yield { records, isCut: true };
    records = new SegmentRecords(database, give);
  }
  if (!records.isEmpty) yield { records, isCut: false };
}
