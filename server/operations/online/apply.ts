// A verified snapshot into a database that this process has open: nobody writes between the look at what comes of it and
// the transaction.

import { FlowgError } from "../../platform/errors.js";
import type { DatabaseRestoreReport, OnProgress } from "../../records/reports.js";
import { selectedText } from "../../records/selection.js";
import type { Applying, Restorer } from "../../storage/engine.js";
import type { RestoreMark } from "../../storage/notes/restore-mark.js";
import { damageWarnings } from "../restore/damage-warnings.js";
import { feedOf } from "../restore/feed.js";
import { RestoreProgress } from "../restore/progress.js";
import { retentionWarnings } from "../restore/retention-warnings.js";
import type { SelectedPart } from "../restore/selected-part.js";
import { type LookInto, whatPartsDo } from "../restore/selection-warnings.js";
import { streamWarnings } from "../restore/stream-warnings.js";
import type { VerifiedSource } from "../restore/verified-source.js";
import type { AccessReport } from "./access.js";
import { type Look, type LookOptions, lookAt } from "./look.js";

export interface ApplyRestore extends LookOptions {
  /** Reports and changes nothing. */
  dryRun: boolean;
  /** Streams that may be made: a restore brings more if it must, and says so. */
  maxStreams: number;
  /** The databases of this server, for what is selected may work with what is in another. */
  lookInto: LookInto;
  /** All parts that are restored along with this one, where there are several. */
  parts?: readonly SelectedPart[] | undefined;
  /** Left in the database. */
  mark: RestoreMark;
  onProgress?: OnProgress | undefined;
  signal: AbortSignal;
}

/** The report of an online restore: without the name of a spool file, and for auth with what changes for whom. */
export interface OnlineRestoreReport extends Omit<DatabaseRestoreReport, "source"> {
  dryRun: boolean;
  access?: AccessReport;
}

export interface Sources {
  source: VerifiedSource;
  restorer: Restorer;
}

/** An answer that another commit overtook is worked out again, this many times. */
const TRIES = 5;

/**
 * Restores one database in one transaction, or tells what that would do.
 * @throws what `authorize` and applying throw; REFUSED with the report in `details.report`, for an auth restore that changes
 * access; nothing is changed then
 */
export async function restoreVerified(
  options: ApplyRestore,
  sources: Sources,
): Promise<OnlineRestoreReport> {
  for (let tries = 1; ; tries++) {
    try {
      return await restoreSource(options, sources);
    } catch (error) {
      const overtaken = error instanceof FlowgError && error.code === "CONFLICT";
      if (!overtaken || tries === TRIES) throw error;
    }
  }
}

async function restoreSource(
  options: ApplyRestore,
  { source, restorer }: Sources,
): Promise<OnlineRestoreReport> {
  const started = performance.now();
  const { database, dryRun, mode, onProgress, signal } = options;
  const { kind, dir } = database;
  const { part, summaries } = source;
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
      mark: isDry ? undefined : options.mark,
      onlyAfter: look.version,
      auth: { held: look.held, allowNoAdmin: mayLeaveNobody(options) },
    };
    if (!isDry) applying.onFinishing = progress.finishing;
    const done = await whatPartsDo([source], options.lookInto, options.parts);
    const { streams = source.streams, warnings: ofPart = [] } = done.get(source) ?? {};
    const { kinds, damage } = await restorer.apply(applying);
    const { createdAt, setId, format } = source.report;
    const warnings = [
      ...source.report.warnings,
      ...ofPart,
      ...retentionWarnings({ summaries, streams }, Date.now()),
      ...(await streamWarnings(source, options)),
      ...damageWarnings(damage, isDry),
    ];
    return {
      database: kind,
      mode,
      dryRun: isDry,
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
  if (dryRun) return apply(true, await lookAt(options, source));
  // nobody writes between the look and what follows from it: else a client that writes in a loop could put it off for ever
  const done = await database.exclude(async () => {
    const look = await lookAt(options, source);
    return look.refusal === undefined ? await apply(false, look) : look;
  });
  if ("kinds" in done) return done;
  throw new FlowgError("REFUSED", `the restore changes who may do what: ${done.refusal?.why}`, {
    hint: done.refusal?.hint,
    details: { report: await apply(true, done) },
  });
}

const mayLeaveNobody = ({ allowNoAdmin, allowAccessChange }: ApplyRestore): boolean =>
  allowNoAdmin || allowAccessChange;
