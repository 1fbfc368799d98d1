// Reads pipelines, transformers, alerts, forwarders and streams' configurations from a backup, in the form in which a server gives them.

import { eachRecord } from "../../formats/snapshot/badger.js";
import { readFlow } from "../../records/config/flow.js";
import { readForwarder } from "../../records/config/forwarder.js";
import { readWebhook } from "../../records/config/webhook.js";
import { segments, under } from "../../records/keys.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { decodeValue, type StreamRecord } from "../../records/records.js";
import { SELECTABLE } from "../../records/selection.js";
import { streamRecord } from "../../storage/stream-record.js";
import type { BackupInPlace } from "./backup-in-place.js";
import { readPart } from "./read-part.js";

/** A later name of alerts. */
const KEPT_AS = { forwarder: "alert" } as const;

const DECODED = {
  transformer: (value: Buffer) => value.toString(),
  pipeline: (value: Buffer) => readFlow(decodeValue(value)),
  alert: (value: Buffer) => readWebhook(decodeValue(value)),
  forwarder: (value: Buffer) => readForwarder(decodeValue(value)),
  stream: (value: Buffer) => streamRecord(decodeValue<StreamRecord>(value)),
};

export type ItemKind = keyof typeof DECODED;
export type ItemOf<Kind extends ItemKind> = ReturnType<(typeof DECODED)[Kind]>;

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
  const recordKind = kind === "forwarder" ? KEPT_AS.forwarder : kind;
  const database: DatabaseKind = SELECTABLE[recordKind as keyof typeof SELECTABLE];
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
