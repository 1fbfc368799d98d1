// Checks a snapshot on this machine, from wherever it can be read.

import { demandDatabase } from "../arguments.js";
import { stopIfAborted } from "../limits.js";
import type { RestoreSource } from "../resources/restore.js";
import type { SnapshotInfo } from "../snapshot-info.js";
import type { VerifyOptions } from "../verify.js";
import { SnapshotCheck } from "./snapshot-check.js";
import { openSource } from "./source.js";

export async function checkSource(
  source: RestoreSource,
  { database, onProgress, signal }: VerifyOptions,
): Promise<SnapshotInfo> {
  const check = new SnapshotCheck(database === undefined ? undefined : demandDatabase(database));
  const opened = await openSource(source);
  for await (const chunk of opened.bytes()) {
    stopIfAborted(signal);
    check.push(chunk);
    onProgress?.({ bytes: check.bytes, totalBytes: opened.length, records: check.entries });
  }
  return check.finish();
}
