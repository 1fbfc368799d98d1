// Finds the header and the seal of a salvaged snapshot: those of the original where all of it is there, or else new ones that
// count the losses.

import { createHash, type Hash } from "node:crypto";
import { newHeader, type Salvaged, type SnapshotHeader } from "../../formats/snapshot/header.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { blockBytes, type Copy, type Kept, totals } from "./salvage-copies.js";

/** Makes the header of a salvaged snapshot from the best one of the copies. */
export function salvagedHeader(
  database: DatabaseKind,
  copies: readonly Copy[],
  lost: Salvaged = {},
): SnapshotHeader {
  const header = bestHeader(copies);
  const { from, mayBeOlder } = header?.salvaged ?? {};
  const salvaged: Salvaged = {
    ...(from ? { from } : {}),
    ...(mayBeOlder ? { mayBeOlder } : {}),
    ...lost,
  };
  return { ...(header ?? newHeader(database)), salvaged };
}

/** Takes the header of the original, where one of the copies has it, or else that of a salvaged copy. */
function bestHeader(copies: readonly Copy[]): SnapshotHeader | undefined {
  const headers = copies.flatMap(({ parts }) => parts.header?.header ?? []);
  return headers.find(({ salvaged }) => salvaged === undefined) ?? headers[0];
}

/** Finds the header and the seal that make these blocks the original: the SHA-256 in the seal proves it. */
export async function originalFrames(
  kept: readonly Kept[],
  copies: readonly Copy[],
  signal: AbortSignal | undefined,
) {
  const counted = totals(kept);
  const headers = copies.flatMap(({ parts }) => (parts.header ? [parts.header.bytes] : []));
  const seals = copies.flatMap(({ parts }) => (parts.seal ? [parts.seal] : []));
  const hashes = distinct(headers).map((header): [Buffer, Hash] => [
    header,
    createHash("sha256").update(header),
  ]);
  const isCounted = seals.some(
    ({ seal }) => seal.entries === counted.entries && seal.blocks === counted.blocks,
  );
  if (hashes.length === 0 || !isCounted) return undefined;
  for (const one of kept) {
    signal?.throwIfAborted();
    const bytes = await blockBytes(one);
    for (const [, hash] of hashes) hash.update(bytes);
  }
  for (const [header, hash] of hashes) {
    const sha256 = hash.digest("hex");
    const seal = seals.find(
      ({ seal }) =>
        seal.sha256 === sha256 &&
        seal.entries === counted.entries &&
        seal.blocks === counted.blocks &&
        seal.rawBytes === counted.rawBytes,
    );
    if (seal) return { header, seal: seal.bytes };
  }
  return undefined;
}

const distinct = (buffers: readonly Buffer[]): Buffer[] =>
  buffers.filter((one, at) => buffers.findIndex((other) => other.equals(one)) === at);

/**
 * Counts what is missing, with the losses of an earlier salvage. A seal that counts fewer records than there are belongs to
 * something else, and isn't used.
 */
export function countLost(kept: readonly Kept[], copies: readonly Copy[]): Salvaged {
  const found = totals(kept);
  const said = copies.flatMap(({ parts }) => {
    const { seal, header } = parts;
    return seal ? [{ seal: seal.seal, before: header?.header.salvaged }] : [];
  });
  // the seal of the original comes first; after it any seal of a salvaged copy will do, since it adds its own losses
  said.sort((a, b) => Number(a.before !== undefined) - Number(b.before !== undefined));
  for (const { seal, before = NOTHING_LOST } of said) {
    if (seal.entries < found.entries || seal.blocks < found.blocks) continue;
    const { lostEntries, lostBlocks } = before;
    return {
      ...(lostEntries === undefined
        ? {}
        : { lostEntries: lostEntries + seal.entries - found.entries }),
      ...(lostBlocks === undefined ? {} : { lostBlocks: lostBlocks + seal.blocks - found.blocks }),
    };
  }
  return {};
}

const NOTHING_LOST: Salvaged = { lostEntries: 0, lostBlocks: 0 };
