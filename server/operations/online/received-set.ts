// Receives the tar of a backup of all three databases from a client. It spools each snapshot beside its database. All are on
// the disk before the first is verified.

import { basename } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract as tarExtract } from "tar-stream";
import { describeBytes } from "../../formats/flowg/recognize.js";
import { HEADER_MAGIC } from "../../formats/snapshot/layout.js";
import { FlowgError } from "../../platform/errors.js";
import { demandSpace } from "../../platform/files/free-space.js";
import {
  BACKUP_FILE_NAMES,
  BACKUP_ORDER,
  kindOfFileName,
  MANIFEST_NAME,
} from "../../records/backup-names.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { Database } from "../../storage/database.js";
import { Spool, spoolDirectory } from "../spool.js";
import { MANIFEST_MAX_BYTES } from "./set-manifest.js";
import { soundHeaders } from "./tar-headers.js";

/** POSIX.1-2017, pax, ustar interchange format: the field `magic` of the first header. */
const MAGIC = { at: 257, text: "ustar" };
const HEADER_BYTES = 512;

export interface SentSet {
  databases: Record<DatabaseKind, Database>;
  /** The databases to restore. Others in the tar are skipped. */
  kinds: readonly DatabaseKind[];
  upload: AsyncIterable<Uint8Array>;
  signal: AbortSignal;
}

export class ReceivedSet implements AsyncDisposable {
  readonly #files = new Map<DatabaseKind, { name: string; spool: Spool }>();
  #manifest: Buffer | undefined;

  private constructor(
    private readonly databases: SentSet["databases"],
    private readonly kinds: readonly DatabaseKind[],
  ) {}

  /**
   * Reads the tar to its end, and skips files that aren't part of a backup.
   * @throws SNAPSHOT_UNRECOGNIZED, SNAPSHOT_TRUNCATED where one of the three is missing, DISK_FULL, CANCELLED, and what the
   * upload throws
   */
  static async from({ databases, kinds, upload, signal }: SentSet): Promise<ReceivedSet> {
    const set = new ReceivedSet(databases, kinds);
    try {
      await set.#receive(upload, signal);
      set.#demandAll();
      return set;
    } catch (error) {
      await set[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The files in the order of a restore. */
  get files(): { kind: DatabaseKind; name: string; spool: Spool }[] {
    return BACKUP_ORDER.flatMap((kind) => {
      const file = this.#files.get(kind);
      return file ? [{ kind, ...file }] : [];
    });
  }

  /** The manifest as it was sent; undefined if there was none. */
  get manifest(): Buffer | undefined {
    return this.#manifest;
  }

  async #receive(upload: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    const tar = tarExtract();
    const sent = new Sent(upload, signal);
    let fault: unknown;
    const feeding = pipeline(
      Readable.from(soundHeaders(sent.bytes()), { objectMode: false }),
      tar,
    ).catch((error: unknown) => {
      fault ??= error;
    });
    try {
      for await (const entry of tar) {
        const { name, type, size = 0 } = entry.header;
        const header = { name: basename(name), type, size };
        const isWanted = await this.#take(entry as unknown as AsyncIterable<Uint8Array>, header);
        if (!isWanted) entry.resume();
      }
    } catch (error) {
      fault ??= error;
      tar.destroy();
    }
    await feeding;
    // the tar reader repeats a fault of the upload in its own words
    const first = fault instanceof FlowgError ? fault : (sent.fault ?? fault);
    if (first !== undefined) throw first instanceof FlowgError ? first : broken(first);
  }

  /** Takes a member if it is part of the backup. @returns whether it is */
  async #take(
    bytes: AsyncIterable<Uint8Array>,
    { name, type, size }: { name: string; type: unknown; size: number },
  ): Promise<boolean> {
    const kind = kindOfFileName(name);
    if (kind === undefined && name !== MANIFEST_NAME) return false;
    if (type !== "file") throw refused(`its ${name} is a ${type}, not a file`);
    if (kind === undefined) {
      if (this.#manifest) throw refused(`it holds ${name} twice`);
      if (size > MANIFEST_MAX_BYTES) throw refused(`its ${name} is of ${size} bytes`);
      const chunks: Uint8Array[] = [];
      for await (const chunk of bytes) chunks.push(chunk);
      this.#manifest = Buffer.concat(chunks);
      return true;
    }
    if (!this.kinds.includes(kind)) return false;
    if (this.#files.has(kind)) throw refused(`it holds the ${kind} database twice`);
    const { dir } = this.databases[kind];
    const spool = await Spool.create(dir, kind);
    this.#files.set(kind, { name, spool });
    await demandSpace(spoolDirectory(dir), size, name);
    for await (const chunk of bytes) await spool.write(chunk);
    spool.end();
    return true;
  }

  #demandAll(): void {
    const missing = this.kinds.filter((kind) => !this.#files.has(kind));
    if (missing.length === 0) return;
    const names = missing.map((kind) => BACKUP_FILE_NAMES[kind].toReversed().join(" or "));
    throw new FlowgError(
      "SNAPSHOT_TRUNCATED",
      `the tar lacks ${names.join(" and ")}: it was cut, or isn't a backup of all three; nothing was restored`,
      {
        hint: "make or download it again; a database alone is restored from its own file, not from a tar",
      },
    );
  }

  /** Removes what was spooled. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { spool } of this.#files.values()) await spool[Symbol.asyncDispose]();
  }
}

/** The bytes of an upload, once it has begun as a tar does. */
class Sent {
  /** The fault that ended the upload early. */
  fault: unknown;

  constructor(
    private readonly upload: AsyncIterable<Uint8Array>,
    private readonly signal: AbortSignal,
  ) {}

  async *bytes(): AsyncGenerator<Uint8Array> {
    let head: Uint8Array | undefined = Buffer.alloc(0);
    try {
      for await (const chunk of this.upload) {
        if (this.signal.aborted) break;
        if (head === undefined) yield chunk;
        else {
          head = Buffer.concat([head, chunk]);
          if (head.byteLength < HEADER_BYTES) continue;
          demandTar(head);
          yield head;
          head = undefined;
        }
      }
      if (this.signal.aborted) throw new FlowgError("CANCELLED", "the upload was stopped");
      if (head) demandTar(head);
    } catch (error) {
      this.fault = error;
      throw error;
    }
  }
}

/** @param first the bytes of a header at least, or the whole upload if that is shorter */
function demandTar(first: Uint8Array): void {
  const magic = Buffer.from(first).toString("latin1", MAGIC.at, MAGIC.at + MAGIC.text.length);
  if (magic === MAGIC.text) return;
  const isSnapshot = first.byteLength >= 4 && Buffer.from(first).readUInt32LE(0) === HEADER_MAGIC;
  throw refused(`it looks like ${isSnapshot ? "one snapshot" : describeBytes(first)}`);
}

function refused(what: string): FlowgError {
  return new FlowgError(
    "SNAPSHOT_UNRECOGNIZED",
    `this is not the tar of a backup: ${what}; nothing was restored`,
    {
      hint: "send what `flowg admin backup --backup-dir -` or the API's backup of all three gives, as it is; a database alone is restored from its own file",
    },
  );
}

/** The error for a tar that can't be read. */
function broken(cause: unknown): FlowgError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const isCut = /unexpected end/i.test(why);
  return new FlowgError(
    isCut ? "SNAPSHOT_TRUNCATED" : "SNAPSHOT_CORRUPT",
    isCut
      ? "the tar is cut short; nothing was restored"
      : `the tar makes no sense: ${why}; nothing was restored`,
    { hint: "make or download the backup again", cause },
  );
}
