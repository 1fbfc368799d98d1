// Verifies and inspects a snapshot in a repository: reads it as a restore does, and restores nothing.

import { tmpdir } from "node:os";
import type { DatabaseKind } from "../../records/kinds.js";
import type { InspectReport, VerifyReport } from "../../records/reports.js";
import type { ReadFileOptions } from "../offline/options.js";
import { ownMemory } from "../restore/memory-limit.js";
import { verifySource } from "../restore/verified-source.js";
import { databasesIn, type OpenedSnapshot, sourceOf } from "./open-snapshot.js";

/** @throws REPOSITORY_DAMAGED and what reading a snapshot throws */
export async function examineSnapshot(
  snapshot: OpenedSnapshot,
  options: Pick<ReadFileOptions, "onProgress" | "signal"> & { only?: readonly DatabaseKind[] } = {},
): Promise<{ verified: VerifyReport; inspected: InspectReport }[]> {
  const { only, ...watch } = options;
  const found: { verified: VerifyReport; inspected: InspectReport }[] = [];
  const memory = { maxBytes: ownMemory(), hint: "free some memory", isOnlyRead: true };
  for (const kind of databasesIn(snapshot).filter((one) => only?.includes(one) ?? true)) {
    const how = { ...watch, expected: kind, scratchDir: tmpdir(), memory };
    await using source = await verifySource(
      sourceOf(snapshot, kind, { signal: options.signal }),
      how,
    );
    const { report, read, summaries } = source;
    const ratio = report.bytes === 0 ? 0 : report.rawBytes / report.bytes;
    const frames = { header: read.rawHeader, seal: { ...read.seal } };
    found.push({
      verified: report,
      inspected: { ...report, ...frames, ratio, streams: summaries },
    });
  }
  return found;
}
