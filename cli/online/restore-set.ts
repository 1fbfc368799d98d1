// Restores all three databases in one call. The server checks all of them before the first one changes, and notices a restore
// that was cut.

import { FlowgApiError, type FlowgClient, type SetRestoreReport } from "../../sdk/index.js";
import { downloadName } from "../../server/records/backup-names.js";
import type { RestoreReport } from "../../server/records/reports.js";
import type { RestoreRequest } from "../administration.js";
import { CliError, failureOf } from "../failure.js";
import { accessNotes, demandAccess, refused } from "./restore-access.js";
import type { RestoreFiles } from "./restore-files.js";
import { databaseReport } from "./restore-report.js";
import { Uploading } from "./waiting.js";

/** @throws what the server answers; a FlowgApiError of status 404 or 405 if it is too old for this */
export async function restoreSet(
  client: FlowgClient,
  found: RestoreFiles,
  request: RestoreRequest,
): Promise<RestoreReport> {
  let started = performance.now();
  const pathOf = ({ database }: SetRestoreReport["databases"][number]) =>
    found.files.find(({ kind }) => kind === database)?.path ?? request.backupDir;
  const report = ({ dryRun, run, databases, notes }: SetRestoreReport): RestoreReport => ({
    dryRun,
    ...(run === undefined ? {} : { run }),
    databases: databases.map((one) => databaseReport(one, pathOf(one))),
    notes: [...found.notes, ...notes, ...databases.flatMap(({ access }) => accessNotes(access))],
    seconds: (performance.now() - started) / 1000,
  });
  const call = (dryRun: boolean) => send(client, found, { ...request, dryRun });
  if (request.dryRun) return report(await call(true));
  if (request.confirm) {
    const looked = await call(true);
    demandAccess(
      looked.databases.map(({ access }) => access),
      request,
    );
    const asked = performance.now();
    await request.confirm(report(looked));
    // the time for the answer doesn't count
    started += performance.now() - asked;
  }
  return report(await call(false));
}

async function send(
  client: FlowgClient,
  found: RestoreFiles,
  request: RestoreRequest,
): Promise<SetRestoreReport> {
  const { backupDir, mode, dryRun, select } = request;
  const { allowAccessChange, allowNoAdmin, salvaged, onProgress, signal } = request;
  using uploading = new Uploading(dryRun ? "verifying" : "restoring", onProgress);
  try {
    return await client.restore.all(backupDir, {
      mode,
      dryRun,
      select,
      allowAccessChange,
      allowNoAdmin,
      salvaged,
      undo: request.undo !== undefined,
      signal,
      onProgress: ({ bytes, totalBytes }) => uploading.sent({ database: "all", bytes, totalBytes }),
      onServerProgress: uploading.server,
    });
  } catch (error) {
    throw error instanceof FlowgApiError ? inOurWords(error, found, backupDir) : error;
  }
}

function inOurWords(error: FlowgApiError, { files }: RestoreFiles, place: string): unknown {
  const { restored } = error.details;
  const hasBegun = Array.isArray(restored) && restored.length > 0;
  if (error.code === "REFUSED" && !hasBegun) return refused(error.message, error.hint);
  if (error.status !== 422) return error;
  // the server calls the file by its name in the tar
  const about = files.find(({ kind, path }) =>
    [`${downloadName(kind)}: `, `${path.slice(path.lastIndexOf("/") + 1)}: `].some((start) =>
      error.message.startsWith(start),
    ),
  );
  const message = about
    ? `${about.path}${error.message.slice(error.message.indexOf(": "))}`
    : `${place}: ${error.message}`;
  return new CliError(failureOf(error).code, message, error.hint);
}
