// Looks up in the restored database what deltas have changed since the snapshot. Each key must be as its last change left it.

import { stopIfAborted } from "../../platform/stop-if-aborted.js";
import { recordName } from "../../records/record-name.js";
import type { Overlay, OverlayRecord } from "../../repository/deltas/overlay.js";
import type { Database } from "../../storage/database.js";

/** One read transaction looks up this many changes. */
const BATCH = 1_000;
/** The report names this many problems. */
const MOST_PROBLEMS = 20;

/** @throws CANCELLED, and what reading the database throws */
export async function checkChanges(
  database: Pick<Database, "read">,
  overlay: Overlay,
  { tell, signal }: { tell: (problem: string) => void; signal: AbortSignal | undefined },
): Promise<void> {
  let told = 0;
  for (const batch of batches(overlay.records())) {
    stopIfAborted(signal, "the drill");
    const wrong = await database.read(({ records }) =>
      batch.filter(({ key, value }) => {
        const found = records.find(key)?.value;
        return value === undefined ? found !== undefined : !found || value.compare(found) !== 0;
      }),
    );
    for (const { key, value } of wrong) {
      if (told++ === MOST_PROBLEMS) return;
      const what =
        value === undefined
          ? "is there, and a delta has removed it"
          : "isn't what the last delta made it";
      tell(`${recordName(key)} ${what}`);
    }
  }
}

function* batches(records: Iterable<OverlayRecord>): Generator<OverlayRecord[]> {
  let batch: OverlayRecord[] = [];
  for (const record of records) {
    batch.push(record);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
