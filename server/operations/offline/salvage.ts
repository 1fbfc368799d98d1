// Saves what is left of a damaged snapshot, or of several copies of one: each block that is whole in any copy goes into a new
// snapshot. If the copies together have all blocks, the new file is the original, byte by byte. Otherwise it says that it was
// salvaged, and a restore takes it only with `--salvaged`.

import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { readFileBytes } from "../../formats/snapshot/file.js";
import {
  encodeHeader,
  encodeSeal,
  newHeader,
  type Salvaged,
  type SnapshotHeader,
} from "../../formats/snapshot/header.js";
import { readSnapshot } from "../../formats/snapshot/read.js";
import {
  findSoundParts,
  readSpan,
  type SoundBlock,
  type SoundParts,
} from "../../formats/snapshot/sound-blocks.js";
import { FlowgError } from "../../platform/errors.js";
import { fileError } from "../../platform/files/file-error.js";
import { makeDirectory } from "../../platform/files/make-directory.js";
import { StagedFile, sweepStaged } from "../../platform/files/staged-file.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { recordName } from "../../records/record-name.js";
import type { LostRange, OnProgress, SalvageReport } from "../../records/reports.js";
import { demandFreeName, publishSalvaged } from "./publish-salvaged.js";

export interface SalvageOptions {
  /** Copies of one snapshot. At least one. */
  paths: readonly string[];
  /** The file to make. It must not exist. */
  output: string;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

/** An open copy, and the sound parts in it. */
interface Copy {
  path: string;
  file: FileHandle;
  parts: SoundParts;
  /** Its blocks by their first key, in hex. */
  byKey: ReadonlyMap<string, SoundBlock>;
}

/** A block, and the copy that it is read from. */
interface Kept {
  block: SoundBlock;
  copy: Copy;
}

/**
 * @throws FILE_UNAVAILABLE, DISK_FULL, CANCELLED; REFUSED where the output is there, or the files aren't copies of one
 * snapshot; SNAPSHOT_UNRECOGNIZED where no part of a snapshot is in one of them
 */
export async function salvageSnapshots(options: SalvageOptions): Promise<SalvageReport> {
  const started = performance.now();
  const { paths, output, signal } = options;
  await demandFreeName(output);
  await makeDirectory(dirname(output));
  await sweepStaged(dirname(output));
  const copies: Copy[] = [];
  try {
    for (const path of paths) copies.push(await openCopy(path, options));
    const database = oneDatabase(copies);
    const kept = unite(copies);
    const ranges = lostRanges(kept, copies);
    await using file = await StagedFile.create(output);
    await write(file, { database, kept, copies, signal });
    const { seal, bytes, header } = await readSnapshot(readFileBytes(file.path), {
      expected: database,
      isKnown: true,
      signal,
    });
    await publishSalvaged(file);
    const whole = header.salvaged === undefined;
    const created = whole || copies.some(({ parts }) => parts.header !== undefined);
    return {
      output,
      database,
      whole,
      ...(created ? { createdAt: header.createdAt } : {}),
      entries: seal.entries,
      blocks: seal.blocks,
      bytes,
      lost: { ...lostCounts(header.salvaged), ranges: whole ? [] : ranges },
      copies: copies.map(({ path, parts }) => ({
        path,
        blocks: parts.blocks.length,
        header: parts.header !== undefined,
        seal: parts.seal !== undefined,
      })),
      seconds: (performance.now() - started) / 1000,
    };
  } catch (error) {
    if (signal?.aborted)
      throw new FlowgError("CANCELLED", "the salvage was stopped; nothing was made");
    throw error;
  } finally {
    for (const { file } of copies) await file.close();
  }
}

const lostCounts = ({ lostEntries, lostBlocks }: Salvaged = {}) => ({
  ...(lostEntries === undefined ? {} : { entries: lostEntries }),
  ...(lostBlocks === undefined ? {} : { blocks: lostBlocks }),
});

async function openCopy(
  path: string,
  { onProgress, signal }: Pick<SalvageOptions, "onProgress" | "signal">,
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
function oneDatabase(copies: readonly Copy[]): DatabaseKind {
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
function unite(copies: readonly Copy[]): Kept[] {
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
function lostRanges(kept: readonly Kept[], copies: readonly Copy[]): LostRange[] {
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

interface Writing {
  database: DatabaseKind;
  kept: readonly Kept[];
  copies: readonly Copy[];
  signal?: AbortSignal | undefined;
}

async function write(file: StagedFile, { database, kept, copies, signal }: Writing): Promise<void> {
  const original = await wholeFrames(kept, copies);
  const salvaged = original ? undefined : missing(kept, copies);
  const hash = createHash("sha256");
  const put = async (bytes: Buffer) => {
    hash.update(bytes);
    await file.write(bytes);
  };
  await put(
    original?.header ?? encodeHeader(salvagedHeader(database, bestHeader(copies), salvaged)),
  );
  for (const one of kept) {
    signal?.throwIfAborted();
    await put(await blockBytes(one));
  }
  await file.write(original?.seal ?? encodeSeal({ ...totals(kept), sha256: hash.digest("hex") }));
  await file.flush();
}

const salvagedHeader = (
  database: DatabaseKind,
  header: SnapshotHeader | undefined,
  lost: Salvaged = {},
): SnapshotHeader => {
  const { from, mayBeOlder } = header?.salvaged ?? {};
  const salvaged: Salvaged = {
    ...(from ? { from } : {}),
    ...(mayBeOlder ? { mayBeOlder } : {}),
    ...lost,
  };
  return { ...(header ?? newHeader(database)), salvaged };
};

/** Takes the header of the original, where one of the copies has it, or else that of a salvaged copy. */
function bestHeader(copies: readonly Copy[]): SnapshotHeader | undefined {
  const headers = copies.flatMap(({ parts }) => parts.header?.header ?? []);
  return headers.find(({ salvaged }) => salvaged === undefined) ?? headers[0];
}

/** Finds the header and the seal that make these blocks the original: the SHA-256 in the seal proves it. */
async function wholeFrames(kept: readonly Kept[], copies: readonly Copy[]) {
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
function missing(kept: readonly Kept[], copies: readonly Copy[]): Salvaged {
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

function totals(kept: readonly Kept[]) {
  const sum = { entries: 0, blocks: kept.length, rawBytes: 0 };
  for (const { block } of kept) {
    sum.entries += block.prefix.entries;
    sum.rawBytes += block.prefix.rawLength;
  }
  return sum;
}

async function blockBytes({ block, copy }: Kept): Promise<Buffer> {
  const bytes = await readSpan(copy.file, block).catch((cause) => {
    throw fileError(cause, "read", copy.path);
  });
  if (bytes.byteLength < block.end - block.start)
    throw new FlowgError("FILE_UNAVAILABLE", `${copy.path} was cut while it was read`);
  return bytes;
}
