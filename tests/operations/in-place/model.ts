// Backups in memory, made of any contents: files in a directory, without databases.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BACKUP_FILE_NAMES } from "../../../server/records/backup-names.js";
import { DATABASE_KINDS } from "../../../server/records/kinds.js";
import { fixedHeader, makeSnapshot } from "../../formats/snapshot/make-snapshot.js";
import type { AllContents } from "../offline/contents.js";

/** Writes the three snapshots, in blocks of so many records. */
export async function writeBackup(
  directory: string,
  contents: AllContents,
  atOnce: number,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const kind of DATABASE_KINDS) {
    const pairs = [...contents[kind]].map(([key, value]) => ({
      key: Buffer.from(key, "hex"),
      value: Buffer.from(value, "hex"),
    }));
    const blocks = [];
    for (let at = 0; at < pairs.length; at += atOnce) blocks.push(pairs.slice(at, at + atOnce));
    const path = join(directory, BACKUP_FILE_NAMES[kind][0] as string);
    await writeFile(path, await makeSnapshot(blocks, fixedHeader(kind)));
  }
}
