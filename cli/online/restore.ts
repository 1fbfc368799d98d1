// `flowg admin restore --url`. A server restores each database as a whole, but knows nothing of the other two:
// so all files are checked here, and by dry runs there, before the first one is restored.

import {
  type AccessReport,
  FlowgApiError,
  type FlowgClient,
  FlowgSdkError,
  type RestoreReport as OnlineReport,
} from "../../sdk/index.js";
import {
  type BackupFile,
  demandBackupFiles,
} from "../../server/operations/restore/backup-files.js";
import { mixedSets } from "../../server/operations/restore/set-plan.js";
import { BACKUP_ORDER } from "../../server/records/backup-names.js";
import type { DatabaseKind } from "../../server/records/kinds.js";
import type { DatabaseRestoreReport, RestoreReport } from "../../server/records/reports.js";
import type { RestoreRequest } from "../administration.js";
import { CliError, failureOf } from "../failure.js";
import { checkLocally } from "./verify.js";
import { Uploading } from "./waiting.js";

interface Done {
  file: BackupFile;
  report: OnlineReport;
}

export async function restoreOnline(
  client: FlowgClient,
  request: RestoreRequest,
): Promise<RestoreReport> {
  let started = performance.now();
  const { backupDir, dryRun, only, confirm } = request;
  const kinds = BACKUP_ORDER.filter((kind) => only?.includes(kind) ?? true);
  const { files } = await demandBackupFiles(backupDir, kinds);
  for (const file of files) await checkLocally(file, request);
  const report = (done: readonly Done[], isDry: boolean) => ({
    dryRun: isDry,
    databases: inOrder(done).map(reportOf),
    notes: [...mixedSets(inOrder(done).map(reportOf)), ...inOrder(done).flatMap(accessNotes)],
    seconds: (performance.now() - started) / 1000,
  });
  // one database alone is restored as a whole or not at all, by the server itself
  if (dryRun || confirm || files.length > 1) {
    const looked: Done[] = [];
    for (const file of files) looked.push(await send(client, file, { ...request, dryRun: true }));
    if (dryRun) return report(looked, true);
    demandAccess(looked, request);
    const asked = performance.now();
    await confirm?.(report(looked, true));
    // a person's time is not the restore's
    started += performance.now() - asked;
  }
  const done: Done[] = [];
  // auth comes last: after it, the token may be no good any more
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

/** What the server would refuse at last is refused before the first database is touched. */
function demandAccess(looked: readonly Done[], request: RestoreRequest): void {
  const { allowAccessChange, allowNoAdmin } = request;
  const refusals = looked.flatMap(({ report: { access } }) =>
    // the one that has a flag of its own
    allowNoAdmin && access?.administrators === 0
      ? access.refusals.slice(1)
      : (access?.refusals ?? []),
  );
  if (refusals.length > 0 && !allowAccessChange)
    throw refused(`the restore changes who may do what: ${refusals.join("; ")}`);
}

async function send(
  client: FlowgClient,
  file: BackupFile,
  { mode, dryRun, allowAccessChange, allowNoAdmin, onProgress, signal }: RestoreRequest,
): Promise<Done> {
  const { kind, path } = file;
  using uploading = new Uploading(dryRun ? "verifying" : "restoring", onProgress);
  try {
    const report = await client.restore[kind](path, {
      mode,
      dryRun,
      allowAccessChange,
      allowNoAdmin,
      signal,
      onProgress: uploading.sent,
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

/** @param hint the server's, which names the flag as the API does */
function refused(message: string, hint = "allowAccessChange"): CliError {
  return new CliError(
    "REFUSED",
    `${message}; nothing was restored`,
    hint.includes("allowAccessChange")
      ? "see it with --dry-run; to restore all the same, add --allow-access-change"
      : hint,
  );
}

function reportOf({ file, report }: Done): DatabaseRestoreReport {
  const { database, mode, format, createdAt, setId, kinds, warnings, seconds } = report;
  return {
    database,
    mode,
    source: file.path,
    format,
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(setId === undefined ? {} : { setId }),
    // another version may have more kinds
    kinds: kinds as DatabaseRestoreReport["kinds"],
    warnings,
    seconds,
  };
}

const inOrder = (done: readonly Done[]): Done[] =>
  [...done].sort((a, b) => BACKUP_ORDER.indexOf(a.file.kind) - BACKUP_ORDER.indexOf(b.file.kind));

/** What a person must know of an auth restore: who gets in, who doesn't any more. */
function accessNotes({ report: { access } }: Done): string[] {
  if (access === undefined) return [];
  const { changes, passwordsChanged, refusals, usersBack, usersGone } = access;
  const { tokensBack, tokensGone } = access;
  const notes = refusals.map((why) => `refused without --allow-access-change: ${why}`);
  const users = changes.map(({ user, gains, loses }) => {
    const parts = [
      ...(gains.length > 0 ? [`gains ${gains.join(", ")}`] : []),
      ...(loses.length > 0 ? [`loses ${loses.join(", ")}`] : []),
    ];
    return `user ${user} ${parts.join(" and ")}`;
  });
  notes.push(...users);
  const owners = (tokens: AccessReport["tokensBack"]) =>
    [...new Set(tokens.map(({ user }) => user))].join(", ");
  if (usersBack.length > 0) notes.push(`users that come back: ${usersBack.join(", ")}`);
  if (usersGone.length > 0) notes.push(`users that go: ${usersGone.join(", ")}`);
  if (passwordsChanged.length > 0) {
    notes.push(`users whose password may change: ${passwordsChanged.join(", ")}`);
  }
  if (tokensBack.length > 0) {
    const whose = owners(tokensBack);
    notes.push(
      `tokens that begin to work, again or for the first time, or work for longer: ${tokensBack.length}, of ${whose}`,
    );
  }
  if (tokensGone.length > 0) {
    notes.push(
      `tokens that stop working, or do so earlier: ${tokensGone.length}, of ${owners(tokensGone)}`,
    );
  }
  return notes;
}

/** An error that also says how far the restore had come. */
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
