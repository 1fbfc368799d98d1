// Takes all three snapshots of one instant from the server's tar. Each is staged and checked, and the set is compared with its
// manifest. Then all get their names together.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract as tarExtract } from "tar-stream";
import { demandDatabase } from "../arguments.js";
import type { Caller } from "../call.js";
import { unexpected } from "../error-answer.js";
import {
  FlowgSdkError,
  InputError,
  RefusedError,
  SnapshotDamagedError,
  SnapshotIncompleteError,
} from "../errors.js";
import { stopIfAborted } from "../limits.js";
import type { BackupOptions, BackupSet, SetBackupOptions } from "../resources/backup.js";
import type { SnapshotInfo } from "../snapshot-info.js";
import type { Database, DatabaseName } from "../types.js";
import { flushAndReadBack } from "./backup-file.js";
import { checked, download, downloadSnapshot, notesIn, textsOf } from "./download.js";
import { API_NAMES, databaseNamed, FILE_NAMES, MANIFEST } from "./file-names.js";
import { demandLocal } from "./local-path.js";
import { publishAll, recoverPublications } from "./publish.js";
import { demandNoShrink } from "./shrink.js";
import { SnapshotCheck } from "./snapshot-check.js";
import { fileError, makeDirectory, StagedFile, sweepStaged } from "./staged-file.js";

const MANIFEST_MAX_BYTES = 1024 * 1024;

interface Received {
  file: StagedFile;
  info: SnapshotInfo;
}

/** @throws SnapshotIncompleteError if anything is missing, SnapshotDamagedError, FileError, … */
export async function backupAll(
  caller: Caller,
  directory: string,
  options: SetBackupOptions,
): Promise<BackupSet> {
  demandLocal(directory);
  const only = asked(options.only);
  try {
    await makeDirectory(directory);
    await recoverPublications(directory);
    await sweepStaged(directory);
  } catch (cause) {
    throw fileError(cause, "use", directory);
  }
  if (!options.allowMixed) await demandNoOthers(directory, only);
  await using set = new ReceivedSet(directory, { ...options, only });
  const [single] = only;
  // only the manifest of all says what was left out
  const isAlone = only.length === 1 && single !== undefined && !options.skipDamaged;
  if (isAlone) {
    const { answer, bytes } = await downloadSnapshot(caller, single, {
      ...options,
      onProgress: undefined,
    });
    set.notes = notesIn(answer.header("flowg-notes"));
    await set.take(`${single}.db`, bytes);
  } else {
    const accept = /^application\/(x-)?tar\b/i;
    const { bytes } = await download(caller, "/backup", { ...options, accept });
    await unpack(bytes, set);
  }
  const complete = isAlone ? set.alone() : set.complete();
  for (const { file, info } of set.received) await flushAndReadBack(file, info);
  stopIfAborted(options.signal);
  if (!options.allowShrink) await demandNoShrink(set.replacing());
  await publishAll(set.received.map(({ file }) => file));
  return complete;
}

const DATABASES: readonly Database[] = ["auth", "config", "logs"];

/** @throws InputError */
function asked(only: readonly DatabaseName[] | undefined): readonly Database[] {
  if (only === undefined) return DATABASES;
  if (!Array.isArray(only) || only.length === 0)
    throw new InputError('only: give some of "auth", "config" and "logs"');
  const kinds = only.map(demandDatabase);
  return DATABASES.filter((one) => kinds.includes(one));
}

/** Refuses files of another instant in the directory: together they would look like a set. */
async function demandNoOthers(directory: string, only: readonly Database[]): Promise<void> {
  for (const name of await readdir(directory)) {
    const database = databaseNamed(name);
    if (database === undefined || only.includes(database)) continue;
    throw new RefusedError(
      `${join(directory, name)} is of another instant than a backup of ${only.join(", ")} alone; nothing was replaced`,
      {
        hint: "back up all three, or into another directory; allowMixed (--allow-mixed) puts them together",
      },
    );
  }
}

/** Feeds the tar's members to the set. Throws the first fault, wherever it is. */
async function unpack(bytes: AsyncGenerator<Uint8Array>, set: ReceivedSet): Promise<void> {
  const tar = tarExtract();
  let fault: unknown;
  const feeding = pipeline(Readable.from(bytes, { objectMode: false }), tar).catch(
    (error: unknown) => {
      fault ??= error;
    },
  );
  try {
    for await (const entry of tar) {
      const { name, type } = entry.header;
      if (type !== "file") throw unexpected(`a tar with a ${type} in it`);
      await set.take(name, entry as unknown as AsyncIterable<Uint8Array>);
    }
  } catch (error) {
    // a fault that broke the stream came first
    fault ??= error;
    tar.destroy();
  }
  await feeding;
  if (fault === undefined) return;
  throw fault instanceof FlowgSdkError ? fault : broken(fault);
}

/** The error for a tar that can't be read: it was cut, or isn't a tar. */
function broken(cause: unknown): SnapshotIncompleteError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new SnapshotIncompleteError(`the backup is cut short or damaged: ${why}`, { cause });
}

class ReceivedSet {
  /** The files that have passed their checks. */
  readonly received: Received[] = [];
  /** The server's notes. */
  notes: string[] = [];
  readonly #staged: StagedFile[] = [];
  #manifest: Record<string, unknown> | undefined;

  constructor(
    private readonly directory: string,
    private readonly options: BackupOptions & { only: readonly Database[] },
  ) {}

  /** Reads one member to its end. */
  async take(name: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    if (name === MANIFEST) {
      this.#manifest = await readJson(bytes);
      return;
    }
    const database = DATABASES.find((one) => API_NAMES[one] === name);
    if (database === undefined || this.#of(database)) throw unexpected(`a tar with ${name} in it`);
    if (!this.options.only.includes(database)) {
      for await (const _ of bytes);
      return;
    }
    const file = await StagedFile.create(join(this.directory, FILE_NAMES[database]));
    this.#staged.push(file);
    const check = new SnapshotCheck(database);
    const { onProgress } = this.options;
    const onChunk = () => onProgress?.({ database, bytes: check.bytes, records: check.entries });
    for await (const chunk of checked(bytes, check, onChunk)) await file.write(chunk);
    this.received.push({ file, info: check.finish() });
  }

  #of(database: Database): Received | undefined {
    return this.received.find(({ info }) => info.database === database);
  }

  /** @throws SnapshotIncompleteError, SnapshotDamagedError */
  complete(): BackupSet {
    const missing = this.options.only.find((database) => !this.#of(database));
    if (missing) throw new SnapshotIncompleteError(`the backup lacks the ${missing} database`);
    const manifest = this.#manifest;
    if (!manifest) throw new SnapshotIncompleteError(`the backup ends before its ${MANIFEST}`);
    const { setId, createdAt, snapshots } = manifest;
    for (const { info } of this.received) {
      const said = (Array.isArray(snapshots) ? snapshots : []).find(
        (snapshot: Partial<SnapshotInfo> | null) => snapshot?.database === info.database,
      ) as Partial<SnapshotInfo> | undefined;
      if (info.setId !== setId) {
        throw new SnapshotDamagedError(`the ${info.database} snapshot is of another set`);
      }
      if (said?.sha256 !== info.sha256 || said.bytes !== info.bytes) {
        throw new SnapshotDamagedError(
          `the ${info.database} snapshot is not the one that ${MANIFEST} speaks of`,
        );
      }
      if (said.leftOut) info.leftOut = said.leftOut;
    }
    return {
      setId: String(setId),
      createdAt: String(createdAt),
      snapshots: this.received.map(({ file, info }) => ({ ...info, path: file.target })),
      notes: textsOf(manifest.notes),
    };
  }

  /** The set of one database, which comes without a manifest: its seal says all. */
  alone(): BackupSet {
    const snapshots = this.received.map(({ file, info }) => ({ ...info, path: file.target }));
    const { setId = "", createdAt = "" } = snapshots[0] ?? {};
    return { setId, createdAt, snapshots, notes: this.notes };
  }

  /**
   * The files that each snapshot replaces. For the logs that includes the API's name, which a restore reads if the other isn't
   * there.
   */
  replacing(): { info: SnapshotInfo; paths: string[] }[] {
    const apis = join(this.directory, API_NAMES.logs);
    return this.received.map(({ file: { target }, info }) => ({
      info,
      paths: info.database === "logs" ? [target, apis] : [target],
    }));
  }

  /** Removes files that have not got their names. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const file of this.#staged) await file[Symbol.asyncDispose]();
  }
}

async function readJson(bytes: AsyncIterable<Uint8Array>): Promise<Record<string, unknown>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.byteLength;
    if (length > MANIFEST_MAX_BYTES) throw unexpected(`a tar with a huge ${MANIFEST}`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
  } catch (cause) {
    throw new SnapshotDamagedError(`${MANIFEST} can't be read`, { cause });
  }
}
