// A backup on stdout or stdin: one tar of all three. It goes by way of a private directory, since the files are read more
// than once: verified before the first byte goes out, and before the first database changes.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BackupReport } from "../server/reports.js";
import { CliError, failureOf } from "./failure.js";
import type { Input } from "./input/input.js";
import type { Output } from "./output/output.js";
import { packageVersion } from "./version.js";

/** A directory of this run's own (0700), for as long as `use` takes. */
async function inScratch<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), "flowg-piped-")).catch((error: Error) => {
    throw new CliError(
      "FILE_UNAVAILABLE",
      `cannot make a directory in ${tmpdir()}: ${error.message}`,
      "set TMPDIR to one with room for the backup",
    );
  });
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
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
    const { setId, createdAt } = report;
    // as the API calls them, and describes them
    const snapshots = report.snapshots.map(({ path, seconds: _, ...facts }) => ({
      ...{ database: facts.database, name: `${facts.database}.db` },
      ...facts,
    }));
    const members = report.snapshots.map(({ database, path }) => ({
      name: `${database}.db`,
      path,
    }));
    const producer = `flowg ${await packageVersion()}`;
    await output.bytes(packBackup(members, { setId, createdAt, producer, snapshots }), signal);
    return {
      ...report,
      directory: "-",
      snapshots: report.snapshots.map((one) => ({ ...one, path: `-/${one.database}.db` })),
    };
  });
}

/** Reads a backup from stdin to its end, and uses it. Whatever names its directory says `-` in the end. */
export async function withBackupFromStdin<T>(
  input: Input,
  use: (directory: string) => Promise<T>,
): Promise<T> {
  return await inScratch(async (directory) => {
    const { unpackBackup } = await import("../sdk/node/backup-tar.js");
    await unpackBackup(input.bytes(), directory);
    try {
      return renamed(await use(directory), directory);
    } catch (error) {
      const { code, message, hint, cause } = failureOf(error);
      if (code === "INTERNAL" || !message.includes(directory)) throw error;
      throw Object.assign(new CliError(code, message.replaceAll(directory, "-"), hint), { cause });
    }
  });
}

/** Reports are plain data. */
function renamed<T>(value: T, directory: string): T {
  const text = JSON.stringify(value);
  return text === undefined ? value : JSON.parse(text.replaceAll(directory, "-"));
}
