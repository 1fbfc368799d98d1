// Applies a verified snapshot to a database that this process has open. No write comes between the look at its outcome and the
// transaction.

import { type AuthRecords, restoredRecords } from "../../records/auth/auth-records.js";
import { limitRestored } from "../../records/auth/limit-restored.js";
import type { Limit } from "../../records/auth/limits.js";
import type { DatabaseRestoreReport, OnProgress, RestoreMode } from "../../records/reports.js";
import { selectedText } from "../../records/selection.js";
import type { Applying, Restorer } from "../../storage/engine.js";
import type { RestoreFacts } from "../../storage/notes/restore-history.js";
import type { RestoreMark } from "../../storage/notes/restore-mark.js";
import type { AddressWarning } from "../alerts/address-warning.js";
import type { AccessReport } from "../restore/access-report.js";
import { damageWarnings } from "../restore/damage-warnings.js";
import { feedOf } from "../restore/feed.js";
import { pipelineWarnings } from "../restore/pipeline-warnings.js";
import { RestoreProgress } from "../restore/progress.js";
import { retentionWarnings } from "../restore/retention-warnings.js";
import type { SelectedPart } from "../restore/selected-part.js";
import { type LookInto, whatPartsDo } from "../restore/selection-warnings.js";
import { streamWarnings } from "../restore/stream-warnings.js";
import type { UndoBounds } from "../restore/undo-bounds.js";
import type { VerifiedSource } from "../restore/verified-source.js";
import type { AuthOutcome, Look, LookOptions } from "./access-look.js";
import { applyKeeping } from "./keep-undo.js";
import { lookThenChange } from "./look-then-change.js";

export interface ApplyRestore extends LookOptions {
  mode: RestoreMode;
  /** Reports and changes nothing. */
  dryRun: boolean;
  /** The limit for making streams. A restore may exceed it, and warns then. */
  maxStreams: number;
  /** Reads the server's other databases, since a selected item may need something in one of them. */
  lookInto: LookInto;
  addressWarning: AddressWarning;
  /** All parts that are restored along with this one, where there are several. */
  parts?: readonly SelectedPart[] | undefined;
  /** The mark to leave in the database. */
  mark: RestoreMark;
  /** The user who restores. */
  user: string;
  /** How undo files are kept; none are kept if absent. */
  undo?: UndoBounds | undefined;
  onProgress?: OnProgress | undefined;
  signal: AbortSignal;
}

/** The report of an online restore. It doesn't name the spool file. For auth, it says how permissions change. */
export interface OnlineRestoreReport extends Omit<DatabaseRestoreReport, "source"> {
  dryRun: boolean;
  /** The id by which this can be undone. Absent in a dry run, and where no undo file is kept. */
  run?: string;
  access?: AccessReport;
}

export interface Sources {
  source: VerifiedSource;
  restorer: Restorer;
}

/**
 * Restores one database in one transaction, or tells what that would do.
 * @throws what `authorize` and applying throw; REFUSED with the report in `details.report`, for an auth restore that changes
 * access; nothing is changed then
 */
export async function restoreVerified(
  options: ApplyRestore,
  { source, restorer }: Sources,
): Promise<OnlineRestoreReport> {
  const started = performance.now();
  const { database, mode, onProgress, signal, mark, undo } = options;
  const { kind, dir } = database;
  const { part, summaries } = source;
  // before the database is held: to try scripts takes seconds, and writers would wait for them
  const ofPipelines = await pipelineWarnings(source, mode, options);
  const apply = async (isDry: boolean, look: Look): Promise<OnlineRestoreReport> => {
    using progress = new RestoreProgress(kind, source, onProgress);
    const applying: Applying = {
      kind,
      dir,
      exists: true,
      mode,
      ranges: part?.ranges,
      streams: source.streams,
      feed: feedOf(source, { kind, signal, onProgress: progress.restoring }),
      mark: isDry ? undefined : mark,
      facts: isDry ? undefined : factsOf(options, source),
      onlyAfter: look.version,
      auth: { held: look.held, allowNoAdmin: mayLeaveNobody(options) },
    };
    if (!isDry) applying.onFinishing = progress.finishing;
    const done = await whatPartsDo([source], options.lookInto, options.parts);
    const { streams = source.streams, warnings: ofPart = [] } = done.get(source) ?? {};
    const { kinds, damage } = await applyKeeping(applying, {
      mark,
      restorer,
      database,
      bounds: isDry ? undefined : undo,
    });
    const { createdAt, setId, format } = source.report;
    const warnings = [
      ...source.report.warnings,
      ...ofPart,
      ...ofPipelines,
      ...retentionWarnings({ summaries, streams }, Date.now()),
      ...(await streamWarnings(source, options)),
      ...damageWarnings(damage, isDry),
    ];
    return {
      database: kind,
      mode,
      dryRun: isDry,
      ...(isDry || !undo ? {} : { run: mark.run }),
      format,
      ...(createdAt === undefined ? {} : { createdAt }),
      ...(setId === undefined ? {} : { setId }),
      ...(part && { selected: part.items.map(selectedText) }),
      kinds,
      warnings,
      ...(look.access === undefined ? {} : { access: look.access }),
      seconds: (performance.now() - started) / 1000,
    };
  };
  const snapshot = source.auth;
  const outcome: AuthOutcome | undefined = snapshot && {
    after: (before, held) =>
      restoredRecords(before, sealedRecords(snapshot, before, held), {
        mode,
        ranges: part?.ranges,
      }),
  };
  return await lookThenChange({ ...options, what: "the restore" }, outcome, apply);
}

/** The snapshot's records as they will be stored: limited to the scopes that the caller holds. */
function sealedRecords(snapshot: AuthRecords, records: AuthRecords, held: Limit): AuthRecords {
  if (held === undefined) return snapshot;
  const stored = [...snapshot].map(([key, value]): [string, Buffer] => {
    const bytes = Buffer.from(key, "latin1");
    return [key, Buffer.from(limitRestored({ key: bytes, value }, records.get(key), held))];
  });
  return new Map(stored);
}

const factsOf = (
  { user, mode }: ApplyRestore,
  { report: { setId, createdAt }, part }: VerifiedSource,
): RestoreFacts => ({
  by: user,
  mode,
  ...(setId === undefined ? {} : { setId }),
  ...(createdAt === undefined ? {} : { createdAt }),
  ...(part && { selected: part.items.map(selectedText) }),
});

const mayLeaveNobody = ({ allowNoAdmin, allowAccessChange }: ApplyRestore): boolean =>
  allowNoAdmin || allowAccessChange;
