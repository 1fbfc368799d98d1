// Begins the restore of a repository's snapshot as a task.

import { selectionOf } from "../operations/restore/selection-of.js";
import { FlowgError } from "../platform/errors.js";
import { stopIfAborted } from "../platform/stop-if-aborted.js";
import { RESTORING, type Scope } from "../records/auth/scopes.js";
import { progressOf } from "../records/jobs.js";
import { DATABASE_KINDS, type DatabaseKind } from "../records/kinds.js";
import { selectedDatabases } from "../records/selection.js";
import type { Task } from "../records/tasks.js";
import type { RestoreOptions } from "./administration.js";
import type { AuditFacts } from "./audited.js";
import { beginReserved } from "./begin-task.js";
import type { Caller, Context } from "./context.js";
import { demand } from "./trpc.js";

type Wishes = Omit<
  RestoreOptions,
  "authorizeAgain" | "user" | "credentials" | "onProgress" | "signal" | "lastSignal"
>;

export interface SnapshotWishes extends Wishes {
  snapshot: string;
  destination?: string | undefined;
  /** Only a snapshot of this host. */
  host?: string | undefined;
  /** Only a snapshot of the installation whose id begins so. */
  installation?: string | undefined;
  /** The databases to restore; all that the snapshot has if absent. */
  only?: readonly DatabaseKind[] | undefined;
}

type CallerContext = Context & { caller: Caller; authorizeAgain: () => Promise<Caller> };

/**
 * Finds the snapshot, checks that the caller may restore it, and begins the task.
 * @param facts gets the id of the snapshot and the databases
 * @throws NOT_FOUND, PERMISSION_DENIED, what opening a repository throws, and what `beginReserved` throws
 */
export async function beginSnapshotRestore(
  ctx: CallerContext,
  { snapshot, destination, host, installation, only, ...wishes }: SnapshotWishes,
  facts: AuditFacts,
): Promise<Task> {
  const { services, caller, credentials } = ctx;
  if (only && wishes.select)
    throw new FlowgError("INPUT_INVALID", "only and select exclude each other");
  const selection = selectionOf(wishes);
  const snapshots = await services.snapshots();
  const named = snapshots.destinations.find(destination);
  // finds the snapshot before it answers that the task has begun
  const found = await snapshots.find({ snapshot, destination, host, installation }, ctx.signal);
  stopIfAborted(ctx.signal, "it");
  const has = DATABASE_KINDS.filter((kind) => found.databases.includes(kind));
  const databases = selection ? selectedDatabases(selection) : (only ?? has);
  const scopes: Scope[] = ["read_backups", ...databases.flatMap((kind) => RESTORING[kind])];
  const authorizeAgain = async () => {
    const now = await ctx.authorizeAgain();
    demand(now, scopes, "restoring these databases needs");
    return now;
  };
  demand(caller, scopes, "restoring these databases needs");
  Object.assign(facts, { snapshot: found.setId, databases });
  const target = `${found.setId} in ${named.name}`;
  const spec = { kind: "restore", target, scopes, restores: databases } as const;
  return await beginReserved(ctx, spec, async ({ signal, lastSignal, progress }) => {
    const exactly = { snapshot: found.setId, destination };
    await using opened = await snapshots.open(exactly, signal);
    const report = await services.administration
      .restoreSnapshot(opened.snapshot, {
        ...wishes,
        databases,
        user: caller.user,
        credentials,
        authorizeAgain,
        signal,
        lastSignal,
        onProgress: (at) => progress(progressOf(at)),
      })
      .catch((error: unknown) => {
        throw snapshots.explained(exactly, error);
      });
    return { ...report, notes: [...found.notes, ...report.notes] };
  });
}
