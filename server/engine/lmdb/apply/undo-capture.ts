// Keeps what a restore changes: the value from before of each record that it overwrites or removes, the key of each that it
// adds, and a few bytes that identify what it wrote. Unchanged records cost nothing, except for streams and users.

import { BlockBuilder } from "../../../formats/snapshot/badger.js";
import {
  CHANGE_HEAD_BYTES,
  putChangeHead,
  type WrittenValue,
} from "../../../formats/snapshot/undo-change.js";
import { beginsWith, keyHead, segments } from "../../../records/keys.js";
import { isEntryKey } from "../../../records/logs/entry-key.js";
import type { StreamTotal } from "../../../records/logs/log-index.js";
import type { RawBlock } from "../../../records/raw-block.js";
import { readTotal } from "../../../storage/derived/totals.js";
import type { Environment } from "../environment.js";
import type { DatabaseRecord } from "./merge.js";
import type { PreparedRecord } from "./prepared-record.js";
import type { BlockTarget } from "./target.js";

/** Takes a block, and waits while the queue is full. */
export type GiveKept = (block: RawBlock) => void;

export class UndoCapture {
  #builder = new BlockBuilder();
  #value = Buffer.allocUnsafe(64 * 1024);

  constructor(private readonly give: GiveKept) {}

  /**
   * @param old undefined where there was nothing
   * @param total the stream's total from before, for a stream or field that comes
   */
  add(
    key: Uint8Array,
    old: Uint8Array | undefined,
    wrote: WrittenValue | undefined,
    total: StreamTotal | undefined = undefined,
  ): void {
    const rest = old ?? (total && Buffer.from(`${total.entries} ${total.bytes}`));
    const length = CHANGE_HEAD_BYTES + (rest?.length ?? 0);
    if (length > this.#value.length) this.#value = Buffer.allocUnsafe(2 * length);
    putChangeHead(this.#value, { had: old !== undefined, wrote });
    if (rest) this.#value.set(rest, CHANGE_HEAD_BYTES);
    if (!this.#builder.isEmpty && !this.#builder.fits(key.length, length)) this.finish();
    this.#builder.addParts(key, 0, key.length, this.#value, length);
  }

  finish(): void {
    if (this.#builder.isEmpty) return;
    const { entries: records } = this.#builder;
    this.give({ bytes: this.#builder.finish(), records });
    this.#builder = new BlockBuilder();
  }
}

/** Makes a target that also keeps what it changes. Damaged records can't be brought back, so they aren't kept. */
export function keepingTarget(
  target: BlockTarget,
  capture: UndoCapture,
  database: Environment,
): BlockTarget {
  // an account may be stored with another limit than the snapshot's, which is known only at the end
  const isLater = database.kind === "auth";
  const hasStreams = database.kind === "logs";
  const later: [key: Buffer, old: Buffer | undefined][] = [];
  const changed = (
    key: Buffer,
    old: DatabaseRecord | undefined,
    wrote: WrittenValue | undefined,
  ) => {
    if (old?.isWhole === false) return;
    if (isLater) later.push([Buffer.from(key), old && Buffer.from(old.value)]);
    else capture.add(key, old?.value, wrote);
  };
  return {
    ...target,
    added(record, isLast) {
      target.added(record, isLast);
      const { key } = record;
      if (hasStreams && !isEntryKey(key)) {
        // totals change at the end of a restore
        const total = readTotal(database, segments(key)[1] ?? "");
        capture.add(key, undefined, writtenOf(record), total);
      } else changed(key, undefined, writtenOf(record));
    },
    overwritten(record, old) {
      target.overwritten(record, old);
      changed(record.key, old, writtenOf(record));
    },
    stayed(record) {
      target.stayed(record);
      // so that an undo can tell a stream that was deleted since from one that wasn't there
      if (hasStreams && record.isWhole && beginsWith(record.key, 0, STREAM_HEAD))
        capture.add(record.key, record.value, writtenAs(record));
      // and a user that was made anew since from the one whose tokens these were
      if (isLater && beginsWith(record.key, 0, USER_HEAD)) changed(record.key, record, undefined);
    },
    removed(old) {
      target.removed(old);
      changed(old.key, old, undefined);
    },
    finish() {
      target.finish();
      for (const [key, old] of later) {
        const stored = database.records.find(key);
        capture.add(key, old, stored && writtenAs(stored));
      }
      capture.finish();
    },
  };
}

const STREAM_HEAD = keyHead("stream");
const USER_HEAD = keyHead("user");

const writtenAs = ({
  checksum,
  value,
}: Pick<DatabaseRecord, "checksum" | "value">): WrittenValue => ({
  checksum,
  length: value.length,
});

const writtenOf = ({ checksum, valueStart, valueEnd }: PreparedRecord): WrittenValue => ({
  checksum,
  length: valueEnd - valueStart,
});
