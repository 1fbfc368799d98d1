// `flowg admin verify|inspect --url`: it checks the file's frames here, and the contents of blocks by a dry run of the server's
// restore, which makes every check and changes nothing.

import { stat } from "node:fs/promises";
import {
  FlowgApiError,
  type FlowgClient,
  FlowgSdkError,
  type SnapshotInfo,
  verifySnapshot,
} from "../../sdk/index.js";
import { kindOfName } from "../../server/records/backup-names.js";
import type { DatabaseKind } from "../../server/records/kinds.js";
import type { InspectReport, VerifyReport } from "../../server/records/reports.js";
import type { Watch } from "../administration.js";
import { filesAt } from "../backup-files.js";
import { CliError, failureOf } from "../failure.js";
import { Uploading } from "./waiting.js";

interface Checked {
  report: VerifyReport;
  /** The facts of a snapshot's seal; FlowG's own files have none. */
  info: SnapshotInfo | undefined;
}

export async function verifyOnline(
  client: FlowgClient,
  path: string,
  watch: Watch & { expected?: DatabaseKind | undefined },
): Promise<VerifyReport[]> {
  const reports: VerifyReport[] = [];
  const { expected: kind } = watch;
  const files = kind ? [{ path, kind }] : await filesAt(path);
  for (const file of files) reports.push((await check(client, file, watch)).report);
  return reports;
}

export async function inspectOnline(
  client: FlowgClient,
  path: string,
  watch: Watch,
): Promise<InspectReport> {
  const { report, info } = await check(client, { path }, watch);
  const frames = info && { header: { ...info.header }, seal: { ...info.seal } };
  const ratio = report.bytes === 0 ? 0 : report.rawBytes / report.bytes;
  report.warnings.push("a server does not list the streams in a file: leave out --url for that");
  return { ...report, ...frames, ratio, streams: [] };
}

async function check(
  client: FlowgClient,
  { path, kind }: { path: string; kind?: DatabaseKind },
  watch: Watch,
): Promise<Checked> {
  const started = performance.now();
  const info = await checkLocally({ path, kind }, watch);
  const database = kind ?? info?.database ?? kindByName(path);
  using uploading = new Uploading("verifying", watch.onProgress);
  const { kinds, format, createdAt, setId, warnings } = await client.restore[database](path, {
    dryRun: true,
    signal: watch.signal,
    onProgress: uploading.sent,
    onServerProgress: uploading.server,
  }).catch((error: unknown) => {
    throw error instanceof FlowgApiError && error.status === 422 ? named(error, path) : error;
  });
  const counts = Object.entries(kinds).map(([name, count]): [string, number] => [
    name,
    count.added + count.overwritten + count.unchanged,
  ]);
  const bytes = info?.bytes ?? (await stat(path)).size;
  const report: VerifyReport = {
    path,
    format,
    database,
    bytes,
    rawBytes: info?.rawBytes ?? bytes,
    entries: counts.reduce((sum, [, count]) => sum + count, 0),
    blocks: info?.blocks ?? 0,
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(setId === undefined ? {} : { setId }),
    ...(info === undefined ? {} : { sha256: info.sha256, fileSha256: info.fileSha256 }),
    kinds: Object.fromEntries(counts.filter(([, count]) => count > 0)),
    warnings: [...warnings],
    seconds: (performance.now() - started) / 1000,
  };
  return { report, info };
}

export interface LocalFile {
  path: string;
  kind?: DatabaseKind | undefined;
  /** The bytes, if the file is in a tar. */
  content?: { bytes: AsyncIterable<Uint8Array>; size: number } | undefined;
}

/**
 * Checks a snapshot's frames and seal, before anything is sent.
 * @returns undefined if it isn't a snapshot, which the server then recognizes
 */
export async function checkLocally(
  { path, kind, content }: LocalFile,
  { onProgress, signal }: Watch,
): Promise<SnapshotInfo | undefined> {
  try {
    return await verifySnapshot(content?.bytes ?? path, {
      database: kind,
      signal,
      onProgress: ({ bytes, totalBytes = content?.size, records }) =>
        onProgress({
          database: kind ?? kindByName(path),
          phase: "reading",
          records,
          bytes,
          ...(totalBytes === undefined ? {} : { totalBytes }),
        }),
    });
  } catch (error) {
    if (error instanceof FlowgSdkError && error.code === "SNAPSHOT_UNRECOGNIZED") return undefined;
    throw named(error, path);
  }
}

/** Adds the file to an error about it. */
function named(error: unknown, path: string): unknown {
  const isAbout = error instanceof FlowgSdkError && error.code.startsWith("SNAPSHOT_");
  if (!isAbout) return error;
  return new CliError(failureOf(error).code, `${path}: ${error.message}`, error.hint);
}

/** The database of a file by its name, if the file itself doesn't say. */
function kindByName(path: string): DatabaseKind {
  const kind = kindOfName(path);
  if (kind) return kind;
  throw new CliError(
    "INPUT_INVALID",
    `${path} does not say which database it is of`,
    "name it auth.db, config.db or log.db, or leave out --url",
  );
}
