// The records that a source of a backup gives.

import { eachRecord } from "../../server/formats/snapshot/badger.js";
import { readSnapshot } from "../../server/formats/snapshot/read.js";
import type { Source } from "../../server/formats/sources/source.js";
import type { DatabaseKind } from "../../server/records/kinds.js";

/** Reads a source with every check. @returns the values by their keys, both as hexadecimal digits */
export async function recordsIn(source: Source, kind: DatabaseKind): Promise<Map<string, string>> {
  const records = new Map<string, string>();
  await readSnapshot(source.open(), {
    expected: kind,
    checkRecords: true,
    onBlock: (raw) => {
      const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
      eachRecord(bytes, (keyStart, keyEnd, valueStart, valueEnd) => {
        records.set(
          bytes.toString("hex", keyStart, keyEnd),
          bytes.toString("hex", valueStart, valueEnd),
        );
      });
    },
  });
  return records;
}
