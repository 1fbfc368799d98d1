// Reads a snapshot as its bytes come by, in constant memory, and knows at the end whether it is whole:
//
//   header    skippable frame 0x184D2A50   JSON, at most 64 KiB
//   block*    skippable frame 0x184D2A51   u32 LE: length of the zstd frame, of its contents, CRC-32, entries
//             zstd frame
//   seal      skippable frame 0x184D2A52   JSON: entries, blocks, rawBytes, sha256 of all before; the last bytes
//
// It does not decompress: the seal's SHA-256 covers every byte, so the content is what its writer sealed.

import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import {
  SnapshotDamagedError,
  SnapshotError,
  SnapshotIncompleteError,
  WrongDatabaseError,
} from "../errors.js";
import type { SnapshotInfo } from "../snapshot-info.js";
import type { Database } from "../types.js";

const HEADER = 0x184d2a50;
const BLOCK = 0x184d2a51;
const SEAL = 0x184d2a52;
const ZSTD_MAGIC = 0xfd2fb528;
const HEAD_BYTES = 8;
const PREFIX_BYTES = 16;
const JSON_MAX_BYTES = 64 * 1024;
const BLOCK_MAX_BYTES = 64 * 1024 * 1024;

/** The part that is being read. Small parts are gathered whole; a zstd frame only passes through. */
type Part = "header head" | "header" | "frame head" | "prefix" | "zstd" | "seal" | "end";

export class SnapshotCheck {
  /** Bytes seen. */
  bytes = 0;
  /** Records in the blocks seen. */
  entries = 0;
  #blocks = 0;
  #rawBytes = 0;
  #part: Part = "header head";
  /** How many bytes of the current part are still to come. */
  #wanted = HEAD_BYTES;
  #gathered: Buffer[] = [];
  #crc = { is: 0, shall: 0 };
  readonly #hash = createHash("sha256");
  /** The same, and the seal. */
  #wholeHash = this.#hash;
  #sealHead: Buffer | undefined;
  #header: Record<string, unknown> | undefined;
  #seal: Record<string, unknown> | undefined;
  #info: SnapshotInfo | undefined;

  /** @param expected the database it must be of */
  constructor(private readonly expected?: Database | undefined) {}

  /** @throws SnapshotDamagedError, WrongDatabaseError, SnapshotError */
  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let at = 0;
    while (at < bytes.byteLength) {
      if (this.#part === "end") throw this.#damaged("there are bytes after the seal");
      const piece = bytes.subarray(at, at + this.#wanted);
      at += piece.byteLength;
      this.bytes += piece.byteLength;
      this.#wanted -= piece.byteLength;
      if (this.#part === "zstd") {
        this.#hash.update(piece);
        this.#crc.is = crc32(piece, this.#crc.is);
        // its first bytes are gathered too: is it zstd at all?
        const missing = 4 - this.#gathered.reduce((sum, { byteLength }) => sum + byteLength, 0);
        if (missing > 0) this.#gathered.push(Buffer.from(piece.subarray(0, missing)));
      } else this.#gathered.push(Buffer.from(piece));
      if (this.#wanted === 0) this.#complete();
    }
  }

  /**
   * Says that no more bytes come.
   * @throws SnapshotIncompleteError if they end before the seal; SnapshotDamagedError if it does not fit them
   */
  finish(): SnapshotInfo {
    this.#info ??= this.#judge();
    return this.#info;
  }

  #judge(): SnapshotInfo {
    const header = this.#header;
    const seal = this.#seal;
    if (header === undefined || seal === undefined) {
      const where =
        this.bytes === 0 ? "it is empty" : `it ends at byte ${this.bytes}, before its seal`;
      throw new SnapshotIncompleteError(`the snapshot is cut short: ${where}`, {
        offset: this.bytes,
      });
    }
    const counted = { entries: this.entries, blocks: this.#blocks, rawBytes: this.#rawBytes };
    for (const [name, count] of Object.entries(counted)) {
      if (seal[name] !== count) {
        throw this.#damaged(`its seal says ${seal[name]} ${name}, there are ${count}`);
      }
    }
    const fileSha256 = this.#wholeHash.digest("hex");
    const sha256 = this.#hash.digest("hex");
    if (seal.sha256 !== sha256) throw this.#damaged("its SHA-256 is not the one in its seal");
    return {
      database: header.database as Database,
      createdAt: String(header.createdAt),
      setId: String(header.setId),
      bytes: this.bytes,
      ...counted,
      sha256,
      fileSha256,
      header,
      seal,
    };
  }

  #complete(): void {
    const gathered = Buffer.concat(this.#gathered);
    this.#gathered = [];
    switch (this.#part) {
      case "header head":
        this.#begin(
          "header",
          this.#jsonLength(gathered, HEADER, "its first bytes are no header's"),
        );
        this.#hash.update(gathered);
        break;
      case "header":
        this.#hash.update(gathered);
        this.#readHeader(gathered);
        this.#begin("frame head", HEAD_BYTES);
        break;
      case "frame head":
        this.#frameHead(gathered);
        break;
      case "prefix":
        this.#hash.update(gathered);
        this.#prefix(gathered);
        break;
      case "zstd":
        if (this.#crc.is !== this.#crc.shall) throw this.#damaged("the block fails its CRC-32");
        if (gathered.byteLength < 4 || gathered.readUInt32LE() !== ZSTD_MAGIC) {
          throw this.#damaged("the block is not zstd");
        }
        this.#begin("frame head", HEAD_BYTES);
        break;
      case "seal":
        this.#seal = object(gathered);
        this.#wholeHash = this.#hash.copy();
        this.#wholeHash.update(this.#sealHead ?? "").update(gathered);
        if (this.#seal === undefined) throw this.#damaged("its seal can't be read");
        this.#begin("end", Number.POSITIVE_INFINITY);
        break;
      default:
    }
  }

  #begin(part: Part, bytes: number): void {
    this.#part = part;
    this.#wanted = bytes;
  }

  #frameHead(head: Buffer): void {
    if (head.readUInt32LE() === BLOCK) {
      if (head.readUInt32LE(4) !== PREFIX_BYTES)
        throw this.#damaged("a block's prefix has a wrong length");
      this.#hash.update(head);
      this.#blocks++;
      this.#begin("prefix", PREFIX_BYTES);
      return;
    }
    this.#sealHead = head;
    this.#begin("seal", this.#jsonLength(head, SEAL, "neither a block nor the seal begins here"));
  }

  #jsonLength(head: Buffer, magic: number, otherwise: string): number {
    const length = head.readUInt32LE(4);
    if (head.readUInt32LE() !== magic) {
      if (magic === HEADER) throw unrecognized();
      throw this.#damaged(otherwise);
    }
    if (length === 0 || length > JSON_MAX_BYTES)
      throw this.#damaged("a length in it is impossible");
    return length;
  }

  #readHeader(payload: Buffer): void {
    const header = object(payload);
    if (header?.format !== "flowg-snapshot") throw this.#damaged("its header can't be read");
    const { version, database, createdAt, setId } = header;
    if (version !== 1) {
      throw new SnapshotError("SNAPSHOT_UNSUPPORTED", `it is of format version ${version}`, {
        hint: "use a later version of this package",
      });
    }
    if (header.segment !== undefined) {
      throw new SnapshotError(
        "SNAPSHOT_UNRECOGNIZED",
        "it is a segment of a repository: a part of a snapshot, not a whole one",
        { hint: "restore the snapshot from its repository: flowg admin restore --repository" },
      );
    }
    if (typeof createdAt !== "string" || typeof setId !== "string") {
      throw this.#damaged("its header lacks when it was made, or its set");
    }
    if (this.expected !== undefined && database !== this.expected) {
      throw new WrongDatabaseError(String(database), this.expected);
    }
    if (database !== "auth" && database !== "config" && database !== "logs") {
      throw new SnapshotError(
        "SNAPSHOT_UNSUPPORTED",
        `it is of the unknown database ${JSON.stringify(database)}`,
        { hint: "use a later version of this package" },
      );
    }
    this.#header = header;
  }

  #prefix(payload: Buffer): void {
    const compressed = payload.readUInt32LE(0);
    const raw = payload.readUInt32LE(4);
    const entries = payload.readUInt32LE(12);
    if (compressed === 0 || raw > BLOCK_MAX_BYTES || entries === 0) {
      throw this.#damaged("a block's prefix is impossible");
    }
    this.#rawBytes += raw;
    this.entries += entries;
    this.#crc = { is: 0, shall: payload.readUInt32LE(8) };
    this.#begin("zstd", compressed);
  }

  #damaged(what: string): SnapshotDamagedError {
    const block = this.#blocks > 0 ? `, block ${this.#blocks}` : "";
    const message = `the snapshot is damaged at byte ${this.bytes}${block}: ${what}`;
    return new SnapshotDamagedError(message, { offset: this.bytes });
  }
}

function unrecognized(): SnapshotError {
  return new SnapshotError("SNAPSHOT_UNRECOGNIZED", "this is not a snapshot", {
    hint: "did something other than a FlowG server send it?",
    offset: 0,
  });
}

function object(payload: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(payload.toString());
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
