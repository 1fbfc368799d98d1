// What must hold within a manifest: its sums are those of its segments, and these are in order.

import { createHash } from "node:crypto";
import type { DatabaseManifest, SegmentEntry } from "./manifest.js";

/** The fields that follow from the segments. */
export function databaseSums(
  segments: readonly SegmentEntry[],
): Pick<DatabaseManifest, "entries" | "rawBytes" | "storedBytes" | "sha256"> {
  const hash = createHash("sha256");
  const sums = { entries: 0, rawBytes: 0, storedBytes: 0 };
  for (const { contentSha256, entries, rawBytes, storedBytes } of segments) {
    hash.update(Buffer.from(contentSha256, "hex"));
    sums.entries += entries;
    sums.rawBytes += rawBytes;
    sums.storedBytes += storedBytes;
  }
  return { ...sums, sha256: hash.digest("hex") };
}

/** What is wrong with a manifest's part on a database, or undefined. */
export function sumProblem(database: DatabaseManifest): string | undefined {
  const { segments } = database;
  for (const [index, { firstKey, lastKey }] of segments.entries()) {
    const before = segments[index - 1]?.lastKey;
    const isAfter = before === undefined || compareKeys(before, firstKey) < 0;
    if (!isAfter || compareKeys(firstKey, lastKey) > 0) return "its segments are out of order";
  }
  const sums = databaseSums(segments);
  const isRight = (Object.keys(sums) as (keyof typeof sums)[]).every(
    (name) => sums[name] === database[name],
  );
  return isRight ? undefined : "its segments don't add up";
}

/** Compares keys as their bytes compare. */
export const compareKeys = (a: string, b: string): number =>
  Buffer.compare(Buffer.from(a), Buffer.from(b));
