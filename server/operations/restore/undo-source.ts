// Reads an undo file from end to end with every check before anything of it is used, and once more when it is applied.

import { BlockBuilder } from "../../formats/snapshot/badger.js";
import { EntriesOfStreams } from "../../formats/snapshot/entries-of-streams.js";
import { readFileBytes } from "../../formats/snapshot/file.js";
import { readUndoFile } from "../../formats/snapshot/read.js";
import {
  CHANGE_HEAD_BYTES,
  type ChangeHead,
  changeTable,
  isNoChange,
  outcomeOf,
  readChangeHead,
} from "../../formats/snapshot/undo-change.js";
import { recordChecksum } from "../../platform/checksum/checksum.js";
import { FlowgError } from "../../platform/errors.js";
import { release } from "../../platform/native-memory.js";
import type { AuthRecords } from "../../records/auth/auth-records.js";
import { limitRestored } from "../../records/auth/limit-restored.js";
import type { Limit } from "../../records/auth/limits.js";
import { isOfUserMadeAnew, type UserOfRun } from "../../records/auth/made-anew.js";
import { beginsWith, keyHead, segments } from "../../records/keys.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { OnProgress } from "../../records/reports.js";
import type { Applying, Undoing } from "../../storage/engine.js";

export interface UndoFileAt {
  kind: DatabaseKind;
  path: string;
  /** The run that the file must belong to. */
  run: string;
  /** Its name in messages. */
  name: string;
}

export interface ReadUndo {
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

/** A change of an auth database. */
interface AuthChange extends ChangeHead {
  /** The key, as latin-1. */
  key: string;
  old: Buffer;
}

export class UndoSource {
  records = 0;
  rawBytes = 0;
  #sha256 = "";
  #fileBytes = 0;
  /** Its changes of streams, in blocks. */
  readonly #streams: Uint8Array[] = [];
  readonly #added = new EntriesOfStreams();
  /** All users of an auth database before the restore. */
  readonly users = new Map<string, UserOfRun>();
  #streamsUnderWay = new BlockBuilder();
  readonly #auth: AuthChange[] = [];

  private constructor(private readonly at: UndoFileAt) {}

  /** @throws FILE_UNAVAILABLE, SNAPSHOT_TRUNCATED, SNAPSHOT_CORRUPT, CANCELLED: nothing was changed then */
  static async verify(at: UndoFileAt, how: ReadUndo): Promise<UndoSource> {
    const source = new UndoSource(at);
    let last = new Uint8Array(0);
    const seal = await source.#read(how, "verifying", async (raw) => {
      const table = changeTable(raw, last);
      last = raw.slice(table.at(-4), table.at(-3));
      source.#look(raw, table);
      source.rawBytes += raw.byteLength;
      release(raw);
    });
    source.#endStreams();
    source.records = seal.entries;
    source.#sha256 = seal.sha256;
    return source;
  }

  get kind(): DatabaseKind {
    return this.at.kind;
  }

  /** The facts that the engine needs before the first change. */
  get undoing(): Omit<Undoing, "overwriteChanged"> {
    return { streams: this.#streams, users: this.users, additions: this.#added.counts };
  }

  /**
   * The records of an auth database as they will be after the undo.
   * @param held the scopes that the caller holds
   */
  authAfter(
    before: AuthRecords,
    { overwriteChanged, held }: { overwriteChanged: boolean; held?: Limit },
  ): AuthRecords {
    const after = new Map(before);
    for (const { key, old, ...head } of this.#auth) {
      const bytes = Buffer.from(key, "latin1");
      if (isNoChange(head, { key: bytes, old })) continue;
      const value = before.get(key);
      const found = value && { value, checksum: recordChecksum(bytes, value), isWhole: true };
      const { outcome } = outcomeOf(found, head, { old, overwriteChanged });
      if (outcome === "taken out") after.delete(key);
      const find = (of: Buffer) => before.get(of.toString("latin1"));
      if (!overwriteChanged && isOfUserMadeAnew(bytes, this.users, find)) continue;
      if (outcome === "put back")
        after.set(key, Buffer.from(limitRestored({ key: bytes, value: old }, value, held)));
    }
    return after;
  }

  feed(how: ReadUndo): Applying["feed"] {
    return async (give) => {
      const seal = await this.#read(how, "undoing", give);
      if (seal.sha256 === this.#sha256) return;
      throw new FlowgError(
        "SNAPSHOT_CORRUPT",
        `${this.at.name} was changed after it was verified; ${this.#leftAsItWas}`,
        { hint: "let nothing write to it, and run it again" },
      );
    };
  }

  #look(raw: Uint8Array, table: Uint32Array): void {
    const { kind } = this.at;
    if (kind === "config") return;
    for (let at = 0; at < table.length; at += 4) {
      const [keyStart, keyEnd] = [table[at] as number, table[at + 1] as number];
      const [oldStart, oldEnd] = [table[at + 2] as number, table[at + 3] as number];
      const valueStart = oldStart - CHANGE_HEAD_BYTES;
      if (kind === "auth") {
        const key = Buffer.from(raw.subarray(keyStart, keyEnd)).toString("latin1");
        const old = Buffer.from(raw.slice(oldStart, oldEnd));
        const head = readChangeHead(raw, valueStart);
        this.#auth.push({ ...head, key, old });
        const [kindOfRecord, user = ""] = segments(Buffer.from(key, "latin1"));
        if (kindOfRecord === "user" && head.had) this.users.set(user, { old, wrote: head.wrote });
      } else if (beginsWith(raw, keyStart, STREAM_HEAD)) {
        const value = raw.subarray(valueStart, oldEnd);
        const key = raw.subarray(keyStart, keyEnd);
        if (!this.#streamsUnderWay.fits(key.length, value.length)) this.#endStreams();
        this.#streamsUnderWay.add(key, value);
      } else if (!readChangeHead(raw, valueStart).had) this.#added.count(raw, keyStart, keyEnd);
    }
  }

  #endStreams(): void {
    if (this.#streamsUnderWay.isEmpty) return;
    this.#streams.push(this.#streamsUnderWay.finish());
    this.#streamsUnderWay = new BlockBuilder();
  }

  async #read(
    { signal, onProgress }: ReadUndo,
    phase: "verifying" | "undoing",
    onBlock: (raw: Uint8Array) => Promise<void>,
  ) {
    const { kind, path, run } = this.at;
    try {
      const { header, seal, bytes } = await readUndoFile(readFileBytes(path), {
        expected: kind,
        signal,
        onBlock,
        onProgress: (records, done) =>
          onProgress?.({
            database: kind,
            phase,
            records,
            bytes: done,
            ...(this.records > 0 && { totalRecords: this.records, totalBytes: this.#fileBytes }),
          }),
      });
      this.#fileBytes = bytes;
      if (header.setId === run) return seal;
      throw new FlowgError("SNAPSHOT_CORRUPT", `it is of the run ${header.setId}`);
    } catch (error) {
      throw this.#explained(error, phase);
    }
  }

  /** Speaks only of this database, since others may have been taken back already. */
  get #leftAsItWas(): string {
    return `the ${this.kind} database was left as it was`;
  }

  /** Explains an error without the file's path. Its name holds the path where the user may learn it. */
  #explained(error: unknown, phase: "verifying" | "undoing"): unknown {
    const { name, path } = this.at;
    if (error instanceof FlowgError && !/^(SNAPSHOT_|FILE_)/.test(error.code)) return error;
    // while the file is applied, other faults don't come from the file
    if (!(error instanceof FlowgError) && phase === "undoing") return error;
    const { code = "SNAPSHOT_CORRUPT", message } = error as Partial<FlowgError> & Error;
    const known = error instanceof FlowgError ? code : "SNAPSHOT_CORRUPT";
    const said = message.replaceAll(path, "it").replace("the snapshot", "it");
    const so = phase === "verifying" ? "nothing was taken back" : this.#leftAsItWas;
    // a file that can't be read may still be sound
    const hint = known === "FILE_UNAVAILABLE" && error instanceof FlowgError && error.hint;
    return new FlowgError(known, `${name} can't be used: ${said}; ${so}`, {
      hint: hint || "restore a backup of that time in its place",
      details: { ...(error instanceof FlowgError && error.details) },
      cause: error,
    });
  }
}

const STREAM_HEAD = keyHead("stream");
