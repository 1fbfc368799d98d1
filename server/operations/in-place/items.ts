// Reads pipelines, transformers, alerts, forwarders and streams' configurations from a backup, in the form in which a server gives them.

import { eachRecord } from "../../formats/snapshot/badger.js";
import { readFlow } from "../../records/config/flow.js";
import { readForwarder } from "../../records/config/forwarder.js";
import { readWebhook } from "../../records/config/webhook.js";
import { segments, under } from "../../records/keys.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { decodeValue, type StreamRecord } from "../../records/records.js";
import { SELECTABLE, type SelectableKind } from "../../records/selection.js";
import { streamRecord } from "../../storage/stream-record.js";
import type { BackupInPlace } from "./backup-in-place.js";
import { readPart } from "./read-part.js";

const DECODED = {
  transformer: (value: Buffer) => value.toString(),
  pipeline: (value: Buffer) => readFlow(decodeValue(value)),
  alert: (value: Buffer) => readWebhook(decodeValue(value)),
  forwarder: (value: Buffer) => readForwarder(decodeValue(value)),
  stream: (value: Buffer) => streamRecord(decodeValue<StreamRecord>(value)),
};

export type ItemKind = keyof typeof DECODED;
export type ItemOf<Kind extends ItemKind> = ReturnType<(typeof DECODED)[Kind]>;

/** Forwarders are the alerts, under a later name. */
const recordKindOf = (kind: ItemKind): SelectableKind => (kind === "forwarder" ? "alert" : kind);

/**
 * Items by name, in the order of the names' bytes.
 * @throws what reading throws
 */
export async function itemsInPlace<Kind extends ItemKind>(
  backup: BackupInPlace,
  kind: Kind,
  signal?: AbortSignal,
): Promise<Map<string, ItemOf<Kind>>> {
  const items = new Map<string, ItemOf<Kind>>();
  const recordKind = recordKindOf(kind);
  const database: DatabaseKind = SELECTABLE[recordKind];
  await readPart(backup, {
    kind: database,
    ranges: [under(recordKind)],
    signal,
    onBlock: (raw) => {
      const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
      eachRecord(raw, (keyStart, keyEnd, valueStart, valueEnd) => {
        const [, name = ""] = segments(bytes.subarray(keyStart, keyEnd));
        items.set(name, DECODED[kind](bytes.subarray(valueStart, valueEnd)) as ItemOf<Kind>);
      });
    },
  });
  return items;
}
