// From the blocks of a walk to segments: those between two cuts belong together.

import type { DatabaseKind } from "../../records/kinds.js";
import type { RawBlock } from "../../records/raw-block.js";
import { SegmentRecords } from "./segment-object.js";

export interface CutSegment {
  records: SegmentRecords;
  /** Whether it ends with a cut; else the walk ended there. */
  isCut: boolean;
}

/** An engine that tells of no cuts makes one segment of about so much. */
const WITHOUT_CUTS_BYTES = 16 * 1024 * 1024;

/** @param recycle takes back the memory of each block, at once */
export async function* cutSegments(
  database: DatabaseKind,
  blocks: AsyncIterable<RawBlock>,
  recycle: (memory: ArrayBuffer) => void,
): AsyncGenerator<CutSegment> {
  let records = new SegmentRecords(database);
  for await (const block of blocks) {
    records.add(block);
    recycle(block.bytes.buffer as ArrayBuffer);
    if (!block.endsSegment && records.rawBytes < WITHOUT_CUTS_BYTES) continue;
    yield { records, isCut: true };
    records = new SegmentRecords(database);
  }
  if (!records.isEmpty) yield { records, isCut: false };
}
