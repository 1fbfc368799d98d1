// Verifies and inspects files: reads them as a restore does, and restores nothing.

import { stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { localFile } from "../../formats/sources/local-file.js";
import { FlowgError } from "../../platform/errors.js";
import { fileError } from "../../platform/files/file-error.js";
import { sweepScratch } from "../../platform/files/scratch-directory.js";
import { BACKUP_NAMES_TEXT } from "../../records/backup-names.js";
import { DATABASE_KINDS } from "../../records/kinds.js";
import type { InspectReport, VerifyReport } from "../../records/reports.js";
import { aboutFile } from "../restore/about-file.js";
import { digestOf, findBackupFiles } from "../restore/backup-files.js";
import { ownMemory } from "../restore/memory-limit.js";
import { type VerifiedSource, verifySource } from "../restore/verified-source.js";
import type { ReadFileOptions } from "./options.js";

/**
 * Checks a file, or each snapshot in a backup directory. There each must be of the database that its name says.
 * @throws FILE_UNAVAILABLE, the SNAPSHOT_ errors, CANCELLED
 */
export async function verifyPath(
  path: string,
  options: ReadFileOptions = {},
): Promise<VerifyReport[]> {
  const found = await stat(path).catch((cause) => {
    throw fileError(cause, "read", path);
  });
  await sweepScratch(tmpdir());
  if (!found.isDirectory()) {
    await using source = await verifyOne(path, options);
    return [source.report];
  }
  const { files, notes } = await findBackupFiles(path, DATABASE_KINDS);
  if (files.length === 0) {
    throw new FlowgError("FILE_UNAVAILABLE", `there is no backup in ${path}`, {
      hint: `give a file, or a directory with ${BACKUP_NAMES_TEXT}`,
    });
  }
  const reports: VerifyReport[] = [];
  for (const { kind: expected, path } of files) {
    await using source = await verifyOne(path, { ...options, expected });
    reports.push(source.report);
    if (expected === "logs") source.report.warnings.push(...notes);
  }
  return reports;
}

async function verifyOne(path: string, options: ReadFileOptions): Promise<VerifiedSource> {
  try {
    const memory = { maxBytes: ownMemory(), hint: "free some memory", isOnlyRead: true };
    return await verifySource(await localFile(path), {
      ...options,
      scratchDir: tmpdir(),
      memory,
    });
  } catch (error) {
    throw aboutFile(error, path);
  }
}

/** Inspects a file: all that a verification reports, the header and the seal as they are, and the streams. */
export async function inspectFile(
  path: string,
  options: ReadFileOptions = {},
): Promise<InspectReport> {
  await using source = await verifyOne(path, options);
  const { report, read, summaries } = source;
  const frames =
    report.format === "snapshot" ? { header: read.rawHeader, seal: { ...read.seal } } : {};
  const ratio = report.bytes === 0 ? 0 : report.rawBytes / report.bytes;
  const fileSha256 = report.fileSha256 ?? (await digestOf(path));
  return { ...report, fileSha256, ...frames, ratio, streams: summaries };
}
