// Finds the changes that an undo makes to the configurations of streams. It must know them before the entries, because they say
// how entries are indexed.

import {
  CHANGE_HEAD_BYTES,
  changeTable,
  isNoChange,
  outcomeOf,
  readChangeHead,
} from "../../../formats/snapshot/undo-change.js";
import { segments, under } from "../../../records/keys.js";
import { entryMs } from "../../../records/logs/entry-key.js";
import { decodeValue, type StreamRecord } from "../../../records/records.js";
import type { SelectedRange } from "../../../records/selection.js";
import { readTotal } from "../../../storage/derived/totals.js";
import type { Undoing } from "../../../storage/engine.js";
import { areTighter } from "../../../storage/retention-since.js";
import { excess, expiry } from "../../../storage/stream-record.js";
import type { Environment } from "../environment.js";

export interface StreamChanges {
  /** The streams as they will be. A stream that goes is among them, because it goes only once it has no entries. */
  streams: Map<string, StreamRecord>;
  /** Streams that were deleted since the restore. Their entries can't come back. */
  deleted: Set<string>;
  /** Streams that have had tighter limits since the restore than they get now. */
  tightened: string[];
  /** The keys of the changed streams' own records. */
  ranges: SelectedRange[];
}

/** Whether the stream holds nothing that its limits would remove. Otherwise no server has run since they were set. */
function wereKept(database: Environment, stream: string, limits: StreamRecord): boolean {
  const [oldest] = [...database.records.keys({ ...under("entry", stream), limit: 1 })];
  if (oldest && entryMs(oldest) < expiry(limits, Date.now())) return false;
  return excess(limits, readTotal(database, stream).bytes) === 0;
}

export function streamChanges(
  database: Environment,
  { overwriteChanged, streams: blocks }: Undoing,
): StreamChanges {
  const { kind, records } = database;
  const streams = new Map<string, StreamRecord>();
  const deleted = new Set<string>();
  const ranges: SelectedRange[] = [];
  const tightened: string[] = [];
  if (kind !== "logs") return { streams, deleted, tightened, ranges };
  for (const { key, value, isWhole } of records.findRange(under("stream")))
    if (isWhole) streams.set(segments(key)[1] ?? "", decodeValue<StreamRecord>(value));
  for (const given of blocks) {
    const block = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
    const table = changeTable(block, new Uint8Array(0));
    for (let at = 0; at < table.length; at += 4) {
      const [keyStart = 0, keyEnd = 0, valueStart = 0, valueEnd = 0] = table.subarray(at, at + 4);
      const key = Buffer.from(block.subarray(keyStart, keyEnd));
      const old = block.subarray(valueStart, valueEnd);
      const head = readChangeHead(block, valueStart - CHANGE_HEAD_BYTES);
      const name = segments(key)[1] ?? "";
      const found = records.find(key);
      const { outcome } = outcomeOf(found, head, { old, overwriteChanged });
      const comesBack = outcome === "put back" && !isNoChange(head, { key, old });
      if (head.wrote && !found && !comesBack) deleted.add(name);
      if (!comesBack) continue;
      const record = decodeValue<StreamRecord>(old);
      const since = found?.isWhole && decodeValue<StreamRecord>(found.value);
      if (since && areTighter(since, record) && wereKept(database, name, since))
        tightened.push(name);
      streams.set(name, record);
      ranges.push({ start: key, end: Buffer.concat([key, Buffer.from([0])]) });
    }
  }
  return { streams, deleted, tightened, ranges };
}
