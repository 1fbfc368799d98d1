// Writes a backup into a file. It is staged, checked as it comes, flushed, read back, and only then gets its name.

import type { Caller } from "../call.js";
import { SnapshotDamagedError } from "../errors.js";
import { stopIfAborted } from "../limits.js";
import type { FileBackupOptions } from "../resources/backup.js";
import type { SnapshotInfo } from "../snapshot-info.js";
import type { Database } from "../types.js";
import { downloadSnapshot, notesIn } from "./download.js";
import { demandLocal } from "./local-path.js";
import { demandNoShrink } from "./shrink.js";
import { SnapshotCheck } from "./snapshot-check.js";
import { StagedFile } from "./staged-file.js";

export async function backupToFile(
  caller: Caller,
  { database, path, options }: { database: Database; path: string; options: FileBackupOptions },
): Promise<SnapshotInfo> {
  demandLocal(path);
  await using file = await StagedFile.create(path);
  const { answer, bytes, check } = await downloadSnapshot(caller, database, options);
  for await (const chunk of bytes) await file.write(chunk);
  const info = check.finish();
  await flushAndReadBack(file, info);
  stopIfAborted(options.signal);
  if (!options.allowShrink) await demandNoShrink([{ info, paths: [path] }]);
  await file.publish();
  const notes = notesIn(answer.header("flowg-notes"));
  return notes.length > 0 ? { ...info, notes } : info;
}

/** Flushes a file, and checks that reading it gives what was sent. */
export async function flushAndReadBack(file: StagedFile, sent: SnapshotInfo): Promise<void> {
  await file.flush();
  const again = new SnapshotCheck(sent.database);
  for await (const chunk of file.read()) again.push(chunk);
  if (again.finish().sha256 !== sent.sha256) {
    throw new SnapshotDamagedError(`${file.path} is not what was received`, {
      hint: "its disk or something else has changed it: check the disk before you go on",
    });
  }
}
