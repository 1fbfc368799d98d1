// Saves what is left of a damaged snapshot, or of several copies of one: each block that is whole in any copy goes into a new
// snapshot. If the copies together have all blocks, the new file is the original, byte by byte. Otherwise it says that it was
// salvaged, and a restore takes it only with `--salvaged`.

import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { readFileBytes } from "../../formats/snapshot/file.js";
import { encodeHeader, encodeSeal, type Salvaged } from "../../formats/snapshot/header.js";
import { readSnapshot } from "../../formats/snapshot/read.js";
import { FlowgError } from "../../platform/errors.js";
import { makeDirectory } from "../../platform/files/make-directory.js";
import { StagedFile, sweepStaged } from "../../platform/files/staged-file.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { OnProgress } from "../../records/reports.js";
import type { SalvageReport } from "../../records/salvage-reports.js";
import { demandFreeName, publishSalvaged } from "./publish-salvaged.js";
import {
  blockBytes,
  type Copy,
  type Kept,
  lostRanges,
  oneDatabase,
  openCopy,
  totals,
  unite,
} from "./salvage-copies.js";
import { countLost, originalFrames, salvagedHeader } from "./salvage-frames.js";

export interface SalvageOptions {
  /** Copies of one snapshot. At least one. */
  paths: readonly string[];
  /** The file to make. It must not exist. */
  output: string;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
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

interface Writing {
  database: DatabaseKind;
  kept: readonly Kept[];
  copies: readonly Copy[];
  signal?: AbortSignal | undefined;
}

async function write(file: StagedFile, { database, kept, copies, signal }: Writing): Promise<void> {
  const original = await originalFrames(kept, copies, signal);
  const salvaged = original ? undefined : countLost(kept, copies);
  const hash = createHash("sha256");
  const put = async (bytes: Buffer) => {
    hash.update(bytes);
    await file.write(bytes);
  };
  await put(original?.header ?? encodeHeader(salvagedHeader(database, copies, salvaged)));
  for (const one of kept) {
    signal?.throwIfAborted();
    await put(await blockBytes(one));
  }
  await file.write(original?.seal ?? encodeSeal({ ...totals(kept), sha256: hash.digest("hex") }));
  await file.flush();
}
