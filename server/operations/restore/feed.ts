// The records of a verified snapshot, read once more on their way into a database: it must still be what was verified.

import { type ReadOptions, readSnapshot } from "../../formats/snapshot/read.js";
import { FlowgError } from "../../platform/errors.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { Applying } from "../../storage/engine.js";
import type { VerifiedSource } from "./verified-source.js";

export interface Feeding extends Pick<ReadOptions, "onProgress" | "signal"> {
  kind: DatabaseKind;
}

export function feedOf(source: VerifiedSource, how: Feeding): Applying["feed"] {
  const { kind, signal, onProgress } = how;
  return async (give) => {
    const { seal } = await readSnapshot(source.snapshot.open(), {
      expected: kind,
      isKnown: true,
      signal,
      onProgress,
      onBlock: give,
    });
    // another file in its place is refused, however sound
    if (seal.sha256 !== source.read.seal.sha256) {
      throw new FlowgError("SNAPSHOT_CORRUPT", "the snapshot was changed after it was verified", {
        hint: "let nothing write to it during a restore, and run it again",
      });
    }
    if (signal?.aborted) throw new FlowgError("CANCELLED", "the restore was stopped");
  };
}
