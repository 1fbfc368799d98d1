// Restores one database, in one transaction.

import type { DatabaseKind } from "../../records/kinds.js";
import type { StreamRecord } from "../../records/records.js";
import type { DatabaseRestoreReport, RestoreMode } from "../../records/reports.js";
import { selectedText } from "../../records/selection.js";
import type { Applying, Engine, Restorer } from "../../storage/engine.js";
import { accountOfMachine, offlineEvent } from "../../storage/notes/offline-events.js";
import type { RestoreFacts } from "../../storage/notes/restore-history.js";
import type { RestoreMark } from "../../storage/notes/restore-mark.js";
import { damageWarnings } from "../restore/damage-warnings.js";
import { feedOf } from "../restore/feed.js";
import { RestoreProgress } from "../restore/progress.js";
import { retentionWarnings } from "../restore/retention-warnings.js";
import type { VerifiedSource } from "../restore/verified-source.js";
import { applyKeeping } from "./keep-undo.js";
import type { RestoreOptions } from "./options.js";

export async function applyOne(
  kind: DatabaseKind,
  {
    source,
    streams,
    options,
    exists,
    mark,
    restorer,
    engine,
  }: {
    source: VerifiedSource;
    /** The streams as the restore leaves them. */
    streams: ReadonlyMap<string, StreamRecord>;
    options: RestoreOptions;
    exists: boolean;
    mark: RestoreMark;
    restorer: Restorer;
    engine: Engine;
  },
): Promise<DatabaseRestoreReport> {
  const started = performance.now();
  const { mode, dryRun, ifEmpty, onProgress, signal, dirs } = options;
  const { report, part, summaries } = source;
  const selected = part?.items.map(selectedText);
  using progress = new RestoreProgress(kind, source, onProgress);
  const applying: Applying = {
    kind,
    dir: dirs[kind],
    exists,
    mode,
    ranges: part?.ranges,
    streams: source.streams,
    ifEmpty,
    mark: dryRun ? undefined : mark,
    facts: dryRun ? undefined : factsOf(source, mode),
    auth: {
      held: undefined,
      allowNoAdmin: options.allowNoAdmin ?? false,
      event: offlineEvent("restore", {
        database: kind,
        mode,
        source: report.path,
        ...(selected && { selected }),
      }),
    },
    feed: feedOf(source, { kind, signal, onProgress: progress.restoring }),
  };
  if (!dryRun) applying.onFinishing = progress.finishing;
  const { kinds, damage } = await applyKeeping(applying, {
    mark,
    restorer,
    engine,
    bounds: dryRun ? undefined : options.undo,
    onApplied: dryRun ? undefined : () => options.onRestored?.(kind),
  });
  return {
    database: kind,
    mode,
    source: report.path,
    format: report.format,
    ...(report.createdAt === undefined ? {} : { createdAt: report.createdAt }),
    ...(report.setId === undefined ? {} : { setId: report.setId }),
    ...(selected && { selected }),
    kinds,
    warnings: [
      ...report.warnings,
      ...retentionWarnings({ summaries, streams }, Date.now()),
      ...damageWarnings(damage, dryRun),
    ],
    seconds: (performance.now() - started) / 1000,
  };
}

const factsOf = ({ report, part }: VerifiedSource, mode: RestoreMode): RestoreFacts => ({
  by: accountOfMachine(),
  mode,
  source: report.path,
  ...(report.setId === undefined ? {} : { setId: report.setId }),
  ...(report.createdAt === undefined ? {} : { createdAt: report.createdAt }),
  ...(part && { selected: part.items.map(selectedText) }),
});
