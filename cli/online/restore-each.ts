// Restores databases one by one on a server: if the user asks for some of them, if the files are of several instants, or if the
// server is too old for a whole set. The server handles each by itself. So all must pass a dry run there before the first is
// restored.

import {
  FlowgApiError,
  type FlowgClient,
  FlowgSdkError,
  type RestoreReport as OnlineReport,
} from "../../sdk/index.js";
import { mixedSets } from "../../server/operations/restore/set-plan.js";
import { BACKUP_ORDER } from "../../server/records/backup-names.js";
import type { DatabaseKind } from "../../server/records/kinds.js";
import type { RestoreReport } from "../../server/records/reports.js";
import { parseSelection, SELECTABLE, selectedText } from "../../server/records/selection.js";
import type { RestoreRequest } from "../administration.js";
import { CliError, failureOf } from "../failure.js";
import { accessNotes, demandAccess, refused } from "./restore-access.js";
import type { RestoreFile, RestoreFiles } from "./restore-files.js";
import { databaseReport } from "./restore-report.js";
import { Uploading } from "./waiting.js";

interface Done {
  file: RestoreFile;
  report: OnlineReport;
}

export async function restoreEach(
  client: FlowgClient,
  { files, notes }: RestoreFiles,
  request: RestoreRequest,
): Promise<RestoreReport> {
  let started = performance.now();
  const { dryRun, confirm } = request;
  const kinds = files.map(({ kind }) => kind);
  const report = (done: readonly Done[], isDry: boolean) => ({
    dryRun: isDry,
    ...runOf(done),
    databases: inOrder(done).map(reportOf),
    notes: [
      ...notes,
      ...mixedSets(inOrder(done).map(reportOf)),
      ...inOrder(done).flatMap(({ report: { access } }) => accessNotes(access)),
    ],
    seconds: (performance.now() - started) / 1000,
  });
  // a single database needs no dry run: the server restores it as a whole or not at all
  if (dryRun || confirm || files.length > 1) {
    const looked: Done[] = [];
    for (const file of files) looked.push(await send(client, file, { ...request, dryRun: true }));
    if (dryRun) return report(looked, true);
    demandAccess(
      looked.map(({ report: { access } }) => access),
      request,
    );
    const asked = performance.now();
    await confirm?.(report(looked, true));
    // the time for the answer doesn't count
    started += performance.now() - asked;
  }
  const done: Done[] = [];
  // auth comes last, since the token may be invalid afterwards
  for (const file of [...files].sort(
    (a, b) => Number(a.kind === "auth") - Number(b.kind === "auth"),
  )) {
    try {
      done.push(await send(client, file, request));
    } catch (error) {
      throw withProgress(error, { done, kinds });
    }
  }
  return report(done, false);
}

async function send(
  client: FlowgClient,
  file: RestoreFile,
  request: RestoreRequest,
): Promise<Done> {
  const { kind, path } = file;
  const { mode, dryRun, select, onProgress, signal } = request;
  const { allowAccessChange, allowNoAdmin, salvaged } = request;
  using uploading = new Uploading(dryRun ? "verifying" : "restoring", onProgress);
  try {
    const report = await client.restore[kind](path, {
      mode,
      dryRun,
      select: select && selectedIn(kind, select),
      allowAccessChange,
      allowNoAdmin,
      salvaged,
      undo: request.undo !== undefined,
      signal,
      onProgress: uploading.sent,
      onServerProgress: uploading.server,
    });
    return { file, report };
  } catch (error) {
    if (error instanceof FlowgApiError && error.code === "REFUSED")
      throw refused(error.message, error.hint);
    if (error instanceof FlowgApiError && error.status === 422) {
      throw new CliError(failureOf(error).code, `${path}: ${error.message}`, error.hint);
    }
    throw error;
  }
}

const selectedIn = (kind: DatabaseKind, select: readonly string[]): string[] =>
  parseSelection(select)
    .items.filter((item) => SELECTABLE[item.kind] === kind)
    .map(selectedText);

/** The run that an undo takes. Here each database has a run of its own, so several have none in common. */
function runOf(done: readonly Done[]): { run?: string } {
  const [only, ...others] = done.map(({ report }) => report.run);
  return only === undefined || others.length > 0 ? {} : { run: only };
}

const reportOf = ({ file, report }: Done) => databaseReport(report, file.path);

const inOrder = (done: readonly Done[]): Done[] =>
  [...done].sort((a, b) => BACKUP_ORDER.indexOf(a.file.kind) - BACKUP_ORDER.indexOf(b.file.kind));

/** Adds to an error how far the restore had come. */
function withProgress(
  error: unknown,
  { done, kinds }: { done: readonly Done[]; kinds: readonly DatabaseKind[] },
): unknown {
  if (!(error instanceof FlowgSdkError || error instanceof CliError)) return error;
  const restored = inOrder(done).map(({ file }) => file.kind);
  if (restored.length === 0) return error;
  const open = kinds.filter((kind) => !restored.includes(kind));
  const { code, message } = failureOf(error);
  return new CliError(
    code,
    `${message}; restored: ${restored.join(", ")}; not restored: ${open.join(", ")}`,
    "each database is whole: run it again to complete it",
  );
}
