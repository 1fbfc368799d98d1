// The engine in memory keeps the changes of a restore here, and takes them back.

import {
  CHANGE_HEAD_BYTES,
  outcomeOf,
  putChangeHead,
  readChangeHead,
} from "../../server/formats/snapshot/undo-change.js";
import { recordChecksum } from "../../server/platform/checksum/checksum.js";
import { limitRestored } from "../../server/records/auth/limit-restored.js";
import { segments, under } from "../../server/records/keys.js";
import type { DatabaseKind } from "../../server/records/kinds.js";
import { isEntryKey, streamOf } from "../../server/records/logs/entry-key.js";
import type { RawBlock } from "../../server/records/raw-block.js";
import { recordName } from "../../server/records/record-name.js";
import { decodeValue, type EntryRecord } from "../../server/records/records.js";
import type { KindCounts } from "../../server/records/reports.js";
import type { Changes } from "../../server/storage/database.js";
import { readTotal } from "../../server/storage/derived/totals.js";
import type { Applying, Undone } from "../../server/storage/engine.js";
import type { Instant } from "../../server/storage/tables.js";
import { rawBlocks } from "../formats/snapshot/make-snapshot.js";

/** A key as latin-1, and its value. */
type Records = ReadonlyMap<string, Buffer>;

const bytesOf = (name: string): Buffer => Buffer.from(name, "latin1");
const isStream = (kind: DatabaseKind, name: string) => kind === "logs" && name.startsWith("stream");

/** What takes one state back to another. @param before the tables as they were */
export function changesBetween(
  kind: DatabaseKind,
  before: Pick<Instant, "derived" | "records">,
  after: Records,
): AsyncGenerator<RawBlock> {
  const was = new Map<string, Buffer>();
  for (const { key, value } of before.records.range()) was.set(key.toString("latin1"), value);
  const pairs = [...new Set([...was.keys(), ...after.keys()])].sort().flatMap((name) => {
    const [old, now] = [was.get(name), after.get(name)];
    const isSame = old !== undefined && now?.equals(old) === true;
    if (isSame && !isStream(kind, name)) return [];
    const key = bytesOf(name);
    const wrote = now && { checksum: recordChecksum(key, now), length: now.length };
    const head = Buffer.alloc(CHANGE_HEAD_BYTES);
    putChangeHead(head, { had: old !== undefined, wrote });
    const total = old || kind !== "logs" || isEntryKey(key) ? "" : totalText(before, key);
    return [{ key, value: Buffer.concat([head, old ?? Buffer.from(total)]) }];
  });
  return rawBlocks(pairs.length > 0 ? [pairs] : []);
}

function totalText(tables: Pick<Instant, "derived" | "records">, key: Buffer): string {
  const { entries, bytes } = readTotal(tables, segments(key)[1] ?? "");
  return `${entries} ${bytes}`;
}

/** Takes changes back, in the order of their keys. @param counts of a record's kind */
export function takeBack(
  changes: Changes,
  { kind, undo, auth }: Applying,
  { given, counts }: { given: Records; counts: (key: Buffer) => KindCounts },
): Undone {
  const undone: Undone = {
    changed: { records: 0, items: [] },
    needed: [],
    withoutStream: [],
    // nothing runs retention on it between a restore and its undo
    retired: new Map(),
    expired: new Map(),
    tightened: [],
  };
  const overwriteChanged = undo?.overwriteChanged ?? false;
  const all = [...given].map(([name, value]) => {
    const key = bytesOf(name);
    const [head, old] = [readChangeHead(value, 0), value.subarray(CHANGE_HEAD_BYTES)];
    const found = changes.records.get(key);
    const now = found && { value: found, checksum: recordChecksum(key, found), isWhole: true };
    const isNone =
      head.had &&
      head.wrote?.length === old.length &&
      head.wrote.checksum === recordChecksum(key, old);
    return {
      name,
      key,
      head,
      old,
      found,
      isNone,
      ...outcomeOf(now, head, { old, overwriteChanged }),
    };
  });
  const deleted = new Set(
    all
      .filter(
        ({ name, head, found, outcome, isNone }) =>
          isStream(kind, name) && head.wrote && !found && (isNone || outcome !== "put back"),
      )
      .map(({ key }) => segments(key)[1]),
  );
  for (const { name, key, old, found, isNone, outcome, isChanged } of all) {
    if (isNone && isStream(kind, name)) continue;
    if (isChanged) {
      undone.changed.records++;
      undone.changed.items.push(recordName(key));
    }
    const of = kind === "logs" ? (isEntryKey(key) ? streamOf(key) : (segments(key)[1] ?? "")) : "";
    const isHomeless = outcome === "put back" && deleted.has(of) && !isStream(kind, name);
    if (isHomeless && isEntryKey(key) && !undone.withoutStream.includes(of))
      undone.withoutStream.push(of);
    const isNeeded =
      kind === "logs" &&
      outcome === "taken out" &&
      !isEntryKey(key) &&
      totalText(changes, key) !== old.toString() &&
      isUsed(changes, key);
    if (isNeeded) undone.needed.push(recordName(key));
    if (outcome === "as before") counts(key).unchanged++;
    else if (outcome === "changed" || isHomeless || isNeeded) counts(key).kept++;
    else if (outcome === "put back") {
      counts(key)[found ? "overwritten" : "added"]++;
      changes.put(
        key,
        kind === "auth" ? limitRestored({ key, value: old }, found, auth?.held) : old,
      );
    } else if (found) {
      counts(key).removed++;
      changes.remove(key);
    }
  }
  return undone;
}

/** Whether entries need a stream, or a field. */
function isUsed({ records }: Changes, key: Buffer): boolean {
  const [kind, name = "", field = ""] = segments(key);
  for (const { value } of records.range(under("entry", name)))
    if (kind === "stream" || field in decodeValue<EntryRecord>(value).fields) return true;
  return false;
}
