// Handles a backup as one tar, on stdout, on stdin or in a file. The tar is packed and unpacked in a private directory, since
// its files are read more than once: they are verified before the first byte goes out, and before the first database changes.

import { createReadStream, createWriteStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { ReadMember } from "../sdk/node/backup-tar.js";
import { makeScratchDirectory } from "../server/platform/files/scratch-directory.js";
import { downloadName } from "../server/records/backup-names.js";
import type { BackupReport } from "../server/records/reports.js";
import { CliError, failureOf } from "./failure.js";
import { fileFault } from "./file-fault.js";
import type { Input } from "./input/input.js";
import { PIPED } from "./local-paths.js";
import type { Output } from "./output/output.js";
import { packageVersion } from "./version.js";

/**
 * Makes a private directory (0700) for as long as `use` runs. It takes no lock, since locks are native code, which --url must
 * not load.
 */
export async function inScratch<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const made = makeScratchDirectory(tmpdir(), { locks: false });
  await using scratch = await made.catch((error: unknown) => {
    const { code, message } = failureOf(error);
    throw new CliError(code, message, "set TMPDIR to one with room for the backup");
  });
  return await use(scratch.path);
}

/** Makes a backup and writes it to stdout. */
export async function backUpToStdout(
  make: (directory: string) => Promise<BackupReport>,
  output: Output,
  signal: AbortSignal,
): Promise<BackupReport> {
  output.demandPipe();
  return await inScratch(async (directory) => {
    const report = await make(directory);
    const { packBackup } = await import("../sdk/node/backup-tar.js");
    const { setId, createdAt, notes } = report;
    // in the form of the API
    const snapshots = report.snapshots.map(({ path, seconds: _, database, ...facts }) => ({
      database,
      name: downloadName(database),
      ...facts,
    }));
    const members = report.snapshots.map(({ database, path }) => ({
      name: downloadName(database),
      path,
    }));
    const producer = `flowg ${await packageVersion()}`;
    await output.bytes(
      packBackup(members, {
        setId,
        createdAt,
        producer,
        ...(notes.length > 0 && { notes }),
        snapshots,
      }),
      signal,
    );
    return {
      ...report,
      directory: "-",
      snapshots: report.snapshots.map((one) => ({ ...one, path: `-/${one.database}.db` })),
    };
  });
}

/**
 * Unpacks the tar of a backup, from a file or with `-` from stdin, and uses it. Reports and errors then name the tar, not the
 * directory.
 */
export async function withPackedBackup<T>(
  path: string,
  input: Input,
  use: (directory: string) => Promise<T>,
): Promise<T> {
  if (path !== PIPED) return await withUnpackedTar(path, use);
  return await unpacked(path, () => input.bytes(), use);
}

/** Unpacks the tar of a backup from a file, and uses it. */
export const withUnpackedTar = <T>(path: string, use: (directory: string) => Promise<T>) =>
  unpacked(path, () => createReadStream(path), use);

async function unpacked<T>(
  path: string,
  bytes: () => AsyncIterable<Uint8Array>,
  use: (directory: string) => Promise<T>,
): Promise<T> {
  return await inScratch(async (directory) => {
    const { unpackBackup } = await import("../sdk/node/backup-tar.js");
    try {
      await unpackBackup(bytes(), directory);
    } catch (error) {
      throw named(error, path);
    }
    return await asCalled(path, directory, use);
  });
}

/** Uses the tar of a backup as it is. From stdin it becomes a file first, since it is read more than once. */
export async function withTarFile<T>(
  path: string,
  input: Input,
  use: (file: string) => Promise<T>,
): Promise<T> {
  if (path !== PIPED) return await use(path);
  return await inScratch(async (directory) => {
    const file = join(directory, "backup.tar");
    await pipeline(input.bytes(), createWriteStream(file, { flags: "wx", mode: 0o600 })).catch(
      (error: unknown) => {
        throw error instanceof Error && "syscall" in error
          ? fileFault(error, "write", file)
          : error;
      },
    );
    return await asCalled(path, file, use);
  });
}

/**
 * Reads the members of a tar in a file, once from end to end.
 * @throws what is wrong with the tar, naming it, and what `take` throws
 */
export async function lookIntoTar(
  path: string,
  take: (member: ReadMember) => Promise<unknown>,
): Promise<void> {
  const { readMembers } = await import("../sdk/node/backup-tar.js");
  try {
    await readMembers(createReadStream(path), take);
  } catch (error) {
    throw named(error, path);
  }
}

/** Puts the path that the user gave in place of the private one, in results and errors. */
async function asCalled<T>(
  given: string,
  here: string,
  use: (here: string) => Promise<T>,
): Promise<T> {
  try {
    return renamed(await use(here), here, given) as T;
  } catch (error) {
    throw renamed(error, here, given);
  }
}

/** Uses a backup: a tar is unpacked, a directory is used as it is. @throws FILE_UNAVAILABLE for another file */
export async function withBackupAt<T>(
  path: string,
  input: Input,
  use: (directory: string) => Promise<T>,
): Promise<T> {
  if (await isPackedBackup(path)) return await withPackedBackup(path, input, use);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) return await use(path);
  throw new CliError(
    "FILE_UNAVAILABLE",
    `${path} is one file, and not the tar of a backup; nothing was restored`,
    "give the directory that it lies in, and with --only the databases to restore",
  );
}

/** Whether a path is stdin, or a file that begins as a tar does: POSIX.1-2017, pax, ustar interchange format, field `magic`. */
export async function isPackedBackup(path: string): Promise<boolean> {
  if (path === PIPED) return true;
  try {
    // checked first, since opening a named pipe waits for its writer
    if (!(await stat(path)).isFile()) return false;
    await using file = await open(path);
    const magic = Buffer.alloc(5);
    await file.read(magic, 0, magic.length, 257);
    return magic.toString("latin1") === "ustar";
  } catch {
    // reading it later reports what is wrong
    return false;
  }
}

function named(error: unknown, path: string): unknown {
  const { code, message, hint, cause } = failureOf(error);
  if (code === "INTERNAL" || path === PIPED || message.includes(path)) return error;
  return Object.assign(new CliError(code, `${path}: ${message}`, hint), { cause });
}

/** Replaces a path in a report, which is plain data except for errors in it. */
function renamed(value: unknown, from: string, to: string): unknown {
  if (typeof value === "string") return value.replaceAll(from, to);
  if (Array.isArray(value)) return value.map((item) => renamed(item, from, to));
  if (value instanceof Error) {
    const { code, message, hint, cause } = failureOf(value);
    if (code === "INTERNAL" || !message.includes(from)) return value;
    return Object.assign(new CliError(code, message.replaceAll(from, to), hint), { cause });
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([name, item]) => [name, renamed(item, from, to)]));
}
