// Verifies a file of a restore to its end. Where it is damaged, the error says which other files of the backup are sound.

import { join } from "node:path";
import { localFile } from "../../formats/sources/local-file.js";
import { FlowgError } from "../../platform/errors.js";
import { nearestDirectory } from "../../platform/files/nearest-directory.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { Selection } from "../../records/selection.js";
import { aboutFile } from "../restore/about-file.js";
import { type BackupFile, demandBackupFiles } from "../restore/backup-files.js";
import { salvagedHint } from "../restore/incomplete-source.js";
import { ownMemory } from "../restore/memory-limit.js";
import { type VerifiedSource, verifySource } from "../restore/verified-source.js";
import type { BackupSet, RestoreOptions } from "./options.js";

const MORE_MEMORY =
  "free some memory, or say with --max-restore-memory how much it may take; if that is more than there is, the system may end the restore half-way, and nothing is restored";

interface VerifyFor {
  path: string;
  options: RestoreOptions;
  selection?: Selection | undefined;
}

export const filesIn = (backupDir: string): BackupSet => ({
  find: (kinds) => demandBackupFiles(backupDir, kinds),
  open: ({ path }) => localFile(path),
});

export async function verifyFor(
  kind: DatabaseKind,
  { path, options, selection }: VerifyFor,
): Promise<VerifiedSource> {
  const { onProgress, signal, dirs, maxMemory = ownMemory() } = options;
  const memory = { maxBytes: maxMemory, hint: MORE_MEMORY };
  const scratchDir = await nearestDirectory(join(dirs[kind], "any"));
  try {
    const { from = filesIn(options.backupDir) } = options;
    const source = await from.open({ kind, path }, selection?.ranges[kind]);
    return await verifySource(source, {
      expected: kind,
      keepAuth: true,
      refuseSalvaged: salvagedHint(options),
      selection,
      scratchDir,
      memory,
      onProgress,
      signal,
    });
  } catch (error) {
    if (signal?.aborted) throw new FlowgError("CANCELLED", "stopped; nothing was restored");
    throw aboutFile(error, path, "; nothing was restored");
  }
}

/** Adds to the error about a damaged file which other files of the backup are sound. */
export async function withOthers(
  error: unknown,
  { kind, files, options }: { kind: DatabaseKind; files: BackupFile[]; options: RestoreOptions },
): Promise<unknown> {
  const isDamaged = error instanceof FlowgError && /_(TRUNCATED|CORRUPT)$/.test(error.code);
  if (!isDamaged || files.length < 2) return error;
  const sound: DatabaseKind[] = [];
  for (const other of files.filter((file) => file.kind !== kind)) {
    const isSound = await verifyFor(other.kind, { path: other.path, options }).then(
      async (source) => {
        await source[Symbol.asyncDispose]();
        return true;
      },
      (fault: unknown) => {
        if (options.signal?.aborted) throw fault;
        return false;
      },
    );
    if (isSound) sound.push(other.kind);
  }
  const { code, message, details, cause } = error;
  const hint =
    sound.length === files.length - 1
      ? `restore from an older backup; the other files of this one are sound: --only ${sound.join(",")} restores them`
      : "restore from an older backup: more files of this one are damaged";
  return new FlowgError(code, message, { hint, details, cause });
}
