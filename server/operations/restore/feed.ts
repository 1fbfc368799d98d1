// Reads a verified snapshot once more and hands its records to a database. The snapshot must still be what was verified.

import { blockFaultOf } from "../../formats/snapshot/block-fault.js";
import { BlockPart } from "../../formats/snapshot/block-part.js";
import { changedMeanwhile } from "../../formats/snapshot/faults.js";
import { type ReadOptions, readSnapshot } from "../../formats/snapshot/read.js";
import { FlowgError } from "../../platform/errors.js";
import { release } from "../../platform/native-memory.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { SelectedRange } from "../../records/selection.js";
import type { Applying } from "../../storage/engine.js";
import type { VerifiedSource } from "./verified-source.js";

export interface Feeding extends Pick<ReadOptions, "onProgress" | "signal"> {
  kind: DatabaseKind;
}

export function feedOf(source: VerifiedSource, how: Feeding): Applying["feed"] {
  const { kind, signal, onProgress } = how;
  return async (give) => {
    const part = source.part && new BlockPart(kind, source.part.ranges);
    const { seal } = await readSnapshot(source.snapshot.open(), {
      expected: kind,
      isKnown: true,
      signal,
      onProgress,
      onBlock: part ? (raw) => givePart(part, raw, give) : give,
    });
    // another file in its place is refused, even a sound one
    if (seal.sha256 !== source.read.seal.sha256) throw changedMeanwhile();
    if (signal?.aborted) throw new FlowgError("CANCELLED", "the restore was stopped");
  };
}

/** Hands on the selected part of a block. */
async function givePart(
  part: BlockPart<SelectedRange>,
  raw: Uint8Array,
  give: (block: Uint8Array) => Promise<void>,
): Promise<void> {
  const selected = selectedIn(part, raw);
  if (selected !== raw) release(raw);
  if (selected) await give(selected);
}

/** Its records were sound when the file was verified. */
function selectedIn(part: BlockPart<SelectedRange>, raw: Uint8Array): Uint8Array | undefined {
  try {
    return part.of(raw);
  } catch (error) {
    throw blockFaultOf(error) ? changedMeanwhile(error) : error;
  }
}
