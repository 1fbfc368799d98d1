// An online backup of all three databases at one instant, as one tar stream: auth.db, config.db, logs.db and a manifest. The
// header of a tar member says its size, so each snapshot is spooled as a whole before it is sent.

import { randomUUID } from "node:crypto";
import { pipeline } from "node:stream/promises";
import { pack as tarPack } from "tar-stream";
import { newHeader, type SealedFile } from "../../formats/snapshot/header.js";
import { FLOWG_VERSION } from "../../platform/version.js";
import { downloadName, MANIFEST_NAME } from "../../records/backup-names.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { LeftOut } from "../../records/reports.js";
import type { DatabasePlace } from "../../storage/engine.js";
import { Spool } from "../spool.js";
import {
  type BackupOptions,
  type BackupStream,
  type Held,
  hold,
  leaving,
  writeInto,
} from "./backup.js";

/** The manifest. It says enough to check each file without unpacking it. */
export interface BackupManifest {
  setId: string;
  createdAt: string;
  producer: string;
  /** Remarks on the databases for a person, such as a restore that was cut. Absent if there are none. */
  notes?: readonly string[];
  snapshots: ({
    database: DatabaseKind;
    name: string;
    bytes: number;
    /** Damaged records of the database, which are not in the file. */
    leftOut?: LeftOut;
  } & Omit<SealedFile, "leftOut">)[];
}

/**
 * Begins a backup of several databases, in the order given.
 * @throws what opening a database throws, DISK_FULL
 */
export async function openBackupSet(
  databases: readonly DatabasePlace[],
  options: BackupOptions,
): Promise<BackupStream> {
  const { signal, notes = [] } = options;
  const held = await hold(databases, options);
  const set = { setId: randomUUID(), createdAt: held.at };
  const createdAt = set.createdAt.toISOString();
  const manifest: BackupManifest = {
    setId: set.setId,
    createdAt,
    producer: `flowg ${FLOWG_VERSION}`,
    ...(notes.length > 0 ? { notes } : {}),
    snapshots: [],
  };
  const left = new AbortController();
  const making = makeTar(databases, {
    held,
    set,
    manifest,
    signal: AbortSignal.any([signal, left.signal]),
  });
  const cleanUp = async () => {
    left.abort();
    making.tar.destroy();
    await making.ended;
    await held.close();
  };
  return {
    setId: set.setId,
    createdAt,
    records: () => manifest.snapshots.reduce((sum, { entries }) => sum + entries, 0),
    leftOut: () =>
      manifest.snapshots.flatMap(({ database, leftOut }) =>
        leftOut ? [{ database, ...leftOut }] : [],
      ),
    stream: leaving(bytesOf(making), cleanUp, signal),
  };
}

/** The bytes of a tar. If making it failed, this fails with that error. */
async function* bytesOf({ tar, ended }: ReturnType<typeof makeTar>): AsyncGenerator<Uint8Array> {
  try {
    yield* tar as unknown as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw (await ended) ?? cause;
  }
}

interface MakingTar {
  held: Held;
  set: { setId: string; createdAt: Date };
  manifest: BackupManifest;
  signal: AbortSignal;
}

function makeTar(databases: readonly DatabasePlace[], making: MakingTar) {
  const tar = tarPack();
  const { held, manifest, set, signal } = making;
  const mtime = set.createdAt;
  const spools: Spool[] = [];
  const entry = (header: { name: string; size: number }) =>
    tar.entry({ ...header, mtime, mode: 0o600 });
  async function make(): Promise<void> {
    // all are read before any is sent: until the first byte a failure can still be answered, and a client or proxy waits longer
    // for the first byte than for the next
    for (const { kind, dir } of databases) {
      const spool = await Spool.create(dir, kind);
      spools.push(spool);
      const { seal, leftOut } = await writeInto(spool, {
        held,
        header: newHeader(kind, { ...set, madeAt: held.madeAt(kind) }),
        signal,
      });
      spool.end();
      const { entries, blocks, rawBytes, sha256, fileSha256 } = seal;
      manifest.snapshots.push({
        database: kind,
        name: downloadName(kind),
        bytes: spool.size,
        entries,
        blocks,
        rawBytes,
        sha256,
        fileSha256,
        ...(leftOut ? { leftOut } : {}),
      });
    }
    await held.close();
    for (const [index, { name, bytes }] of manifest.snapshots.entries()) {
      await pipeline((spools[index] as Spool).read(), entry({ name, size: bytes }));
    }
    const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
    await pipeline([text], entry({ name: MANIFEST_NAME, size: text.byteLength }));
    tar.finalize();
  }
  /** Resolves to its error, if it failed. */
  const ended: Promise<unknown> = make()
    .catch((error) => {
      tar.destroy(error as Error);
      return error;
    })
    .finally(async () => {
      for (const spool of spools) await spool[Symbol.asyncDispose]();
    });
  return { tar, ended };
}
