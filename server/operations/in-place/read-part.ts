// Reads the records of a backup in some ranges of keys, with every check of a restore. Use the result only once all has been
// read, since a fault may come at the end.

import { tmpdir } from "node:os";
import { BlockPart } from "../../formats/snapshot/block-part.js";
import { type ReadOptions, readSnapshot } from "../../formats/snapshot/read.js";
import { firstBytes, type Source } from "../../formats/sources/source.js";
import { FlowgError } from "../../platform/errors.js";
import { release } from "../../platform/native-memory.js";
import type { KeyRange } from "../../records/keys.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { aboutFile } from "../restore/about-file.js";
import { RECOGNIZE_BYTES, recognizeFormat } from "../restore/recognize.js";
import { verifySource } from "../restore/verified-source.js";
import type { BackupInPlace } from "./backup-in-place.js";

export interface ReadPart {
  kind: DatabaseKind;
  /** Sorted and disjoint; all if absent. */
  ranges?: readonly KeyRange[] | undefined;
  /**
   * Takes each raw block, or the part of it that lies in the ranges. That part is valid until the call is done, unless `keeps`
   * is set.
   */
  onBlock: (raw: Uint8Array) => Promise<void> | void;
  /** Whether the caller still needs a block after the call. */
  keeps?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

/** @throws FILE_UNAVAILABLE, the SNAPSHOT_ errors, CANCELLED */
export async function readPart(backup: BackupInPlace, options: ReadPart): Promise<void> {
  const { kind, ranges, onBlock, keeps, signal } = options;
  if (ranges?.length === 0) return;
  const part = ranges && new BlockPart(kind, ranges);
  const take = part
    ? async (raw: Uint8Array) => {
        const within = part.of(raw);
        if (within) await onBlock(within);
        if (within !== raw) release(raw);
        if (within && !keeps) release(within);
      }
    : onBlock;
  if (backup.blocks) {
    for await (const { bytes } of backup.blocks(kind)) {
      if (signal?.aborted) throw new FlowgError("CANCELLED", "reading was stopped");
      await take(bytes);
    }
  }
  const source = await backup.source?.(kind, ranges);
  if (!source) return;
  const reading: ReadOptions = { expected: kind, signal, onBlock: take };
  try {
    await readSource(source, reading);
  } catch (error) {
    throw aboutFile(error, source.name);
  }
}

async function readSource(source: Source, reading: ReadOptions): Promise<void> {
  const { expected, signal } = reading;
  const first = source.isSnapshot ? undefined : await firstBytes(source, RECOGNIZE_BYTES);
  if (first === undefined || recognizeFormat(first, source.size) === "snapshot") {
    await readSnapshot(source.open(), { ...reading, checkRecords: true });
    return;
  }
  // a file of FlowG's own is translated first
  await using verified = await verifySource(source, { expected, signal, scratchDir: tmpdir() });
  await readSnapshot(verified.snapshot.open(), { ...reading, isKnown: true });
}
