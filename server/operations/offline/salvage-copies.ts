// Opens damaged copies of one snapshot, and unites the sound blocks that they have.

import { type FileHandle, open } from "node:fs/promises";
import {
  findSoundParts,
  type SoundBlock,
  type SoundParts,
} from "../../formats/snapshot/sound-blocks.js";
import { FlowgError } from "../../platform/errors.js";
import { fileError } from "../../platform/files/file-error.js";
import { readSpan } from "../../platform/files/read-span.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { recordName } from "../../records/record-name.js";
import type { OnProgress } from "../../records/reports.js";
import type { LostRange } from "../../records/salvage-reports.js";

/** An open copy, and the sound parts in it. */
export interface Copy {
  path: string;
  file: FileHandle;
  parts: SoundParts;
  /** Its blocks by their first key, in hex. */
  byKey: ReadonlyMap<string, SoundBlock>;
}

/** A block, and the copy that it is read from. */
export interface Kept {
  block: SoundBlock;
  copy: Copy;
}

/** @throws FILE_UNAVAILABLE, CANCELLED */
export async function openCopy(
  path: string,
  { onProgress, signal }: { onProgress?: OnProgress | undefined; signal?: AbortSignal | undefined },
): Promise<Copy> {
  try {
    const file = await open(path, "r");
    try {
      const found = await file.stat();
      if (!found.isFile()) throw notAFile(path);
      const parts = await findSoundParts(file, {
        signal,
        onProgress: (bytes) =>
          onProgress?.({
            database: "all",
            phase: "verifying",
            records: 0,
            bytes,
            totalBytes: found.size,
          }),
      });
      const byKey = new Map(parts.blocks.map((block) => [idOf(block), block]));
      return { path, file, parts, byKey };
    } catch (error) {
      await file.close();
      throw error;
    }
  } catch (cause) {
    if (cause instanceof FlowgError || signal?.aborted) throw cause;
    throw fileError(cause, "read", path);
  }
}

const notAFile = (path: string) =>
  new FlowgError("FILE_UNAVAILABLE", `${path} isn't a file`, {
    hint: "give the damaged snapshot itself: auth.db, config.db or log.db",
  });

/** @throws SNAPSHOT_UNRECOGNIZED, REFUSED */
export function oneDatabase(copies: readonly Copy[]): DatabaseKind {
  const ids = new Map<string, string>();
  for (const { path, parts } of copies) {
    if (parts.blocks.length === 0 && !(parts.header && parts.seal)) {
      throw new FlowgError(
        "SNAPSHOT_UNRECOGNIZED",
        `nothing in ${path} can be saved: no block of a snapshot in it is whole`,
        {
          hint:
            copies.length === 1
              ? "look for another copy; FlowG's own backups have no checksums, so what of them is right can't be told"
              : "leave it out",
        },
      );
    }
    if (parts.header) ids.set(parts.header.header.setId, path);
  }
  const kinds = new Map(copies.map(({ path, parts }) => [parts.database, path]));
  for (const seen of [kinds, ids]) {
    if (seen.size > 1) throw notOne([...seen.values()]);
  }
  return [...kinds.keys()][0] as DatabaseKind;
}

function notOne([one, other]: string[]): FlowgError {
  return new FlowgError("REFUSED", `${one} and ${other} aren't copies of one snapshot`, {
    hint: "salvage each by itself",
  });
}

/** Takes each block of all copies once, in order of their keys. @throws REFUSED where two of them contradict each other */
export function unite(copies: readonly Copy[]): Kept[] {
  const all = copies.flatMap((copy) => copy.parts.blocks.map((block) => ({ block, copy })));
  all.sort((a, b) => Buffer.compare(a.block.firstKey, b.block.firstKey));
  const kept: Kept[] = [];
  for (const one of all) {
    const last = kept.at(-1);
    if (!last || Buffer.compare(one.block.firstKey, last.block.lastKey) > 0) {
      kept.push(one);
      continue;
    }
    if (isSame(last.block, one.block)) continue;
    if (one.copy !== last.copy) throw notOne([last.copy.path, one.copy.path]);
    throw new FlowgError("REFUSED", `${one.copy.path} holds blocks of two snapshots`, {
      hint: "it was written over another one; look for a copy that was not",
    });
  }
  return kept;
}

const isSame = (one: SoundBlock, other: SoundBlock): boolean =>
  one.prefix.crc === other.prefix.crc &&
  one.prefix.compressedLength === other.prefix.compressedLength &&
  Buffer.compare(one.firstKey, other.firstKey) === 0;

const idOf = ({ firstKey }: SoundBlock): string => Buffer.from(firstKey).toString("hex");

/** Finds the gaps: places between two blocks that are neighbours in none of the copies. */
export function lostRanges(kept: readonly Kept[], copies: readonly Copy[]): LostRange[] {
  const ranges: LostRange[] = [];
  for (let index = 0; index <= kept.length; index++) {
    const before = kept[index - 1]?.block;
    const after = kept[index]?.block;
    const gaps = copies.map((copy) => bytesBetween(copy, before, after));
    const bytes = Math.min(...gaps.filter((gap) => gap !== undefined));
    if (bytes === 0) continue;
    ranges.push({
      ...(before ? { after: recordName(before.lastKey) } : {}),
      ...(after ? { before: recordName(after.firstKey) } : {}),
      bytes: Number.isFinite(bytes) ? bytes : 0,
    });
  }
  return ranges;
}

/** How many bytes lie between two blocks, in a copy that has both. */
function bytesBetween(
  { parts, byKey }: Copy,
  before: SoundBlock | undefined,
  after: SoundBlock | undefined,
): number | undefined {
  const left = before ? byKey.get(idOf(before)) : parts.header;
  const right = after ? byKey.get(idOf(after)) : parts.seal;
  return left && right && right.start >= left.end ? right.start - left.end : undefined;
}

/** Counts the records, blocks and bytes that are kept. */
export function totals(kept: readonly Kept[]) {
  const sum = { entries: 0, blocks: kept.length, rawBytes: 0 };
  for (const { block } of kept) {
    sum.entries += block.prefix.entries;
    sum.rawBytes += block.prefix.rawLength;
  }
  return sum;
}

/** @throws FILE_UNAVAILABLE */
export async function blockBytes({ block, copy }: Kept): Promise<Buffer> {
  const bytes = await readSpan(copy.file, block).catch((cause) => {
    throw fileError(cause, "read", copy.path);
  });
  if (bytes.byteLength < block.end - block.start)
    throw new FlowgError("FILE_UNAVAILABLE", `${copy.path} was cut while it was read`);
  return bytes;
}
