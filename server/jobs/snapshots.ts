// Lists, shows, compares, makes and forgets the snapshots of a server's repositories for its clients. The operations are those
// of the command line. Clients call destinations by the names of the settings. The server's keys decide what it can do: a key
// file is enough for backups.

import { diffBackups } from "../operations/in-place/diff.js";
import { snapshotAt } from "../operations/in-place/snapshot-in-place.js";
import { backUpServed, type Served } from "../operations/repository/backup-served.js";
import { type ForgetReport, forgetSnapshots } from "../operations/repository/forget.js";
import { type ListOptions, listRepository } from "../operations/repository/list.js";
import {
  databasesIn,
  type OpenedSnapshot,
  openSnapshot,
} from "../operations/repository/open-snapshot.js";
import { pruneRepository } from "../operations/repository/prune.js";
import { FlowgError, faultOf } from "../platform/errors.js";
import { stopIfAborted } from "../platform/stop-if-aborted.js";
import { untilReleased } from "../platform/until-released.js";
import type { DiffReport } from "../records/diff-reports.js";
import { progressOf } from "../records/jobs.js";
import type { DatabaseKind } from "../records/kinds.js";
import type {
  CreatedSnapshot,
  DestinationSnapshots,
  SnapshotDatabase,
  SnapshotDetails,
} from "../records/snapshot-reports.js";
import type { OpenedRepository } from "../repository/open.js";
import { Calendar } from "../repository/retention/calendar.js";
import type { Grouping } from "../repository/retention/groups.js";
import type { Thinning } from "../repository/retention/plan.js";
import { readVerified } from "../repository/verified.js";
import type { TaskWork } from "../tasks/tasks.js";
import type { Destinations, KnownDestination } from "./destinations.js";
import { byName, demandReader, errorOf, openDestination } from "./open-destination.js";
import { type KeepWish, policyOf } from "./policy-of.js";

export interface SnapshotsOptions {
  destinations: Destinations;
  served: Served;
  /** Hides this machine's paths from clients. */
  conceal: <T>(data: T) => T;
}

/** The snapshot that a client asks for. */
export interface AskedSnapshot {
  /** An id, the beginning of one, or `latest`. */
  snapshot: string;
  destination?: string | undefined;
  /** Only a snapshot of this host: several may back up into one repository. */
  host?: string | undefined;
  /** Only a snapshot of the installation whose id begins so: several may share a host name. */
  installation?: string | undefined;
}

export interface NewSnapshot {
  destinations: readonly KnownDestination[];
  tags: readonly string[];
  full: boolean;
  allowShrink: boolean;
}

/** Which snapshots go: these, or those that no rule keeps. */
export type ToForget = { ids: readonly string[] } | { policy: PolicyWish };

export type Forgetting = ToForget & {
  destination: KnownDestination;
  dryRun: boolean;
  prune: boolean;
  /** Allowed even if nothing would be left: of a group where rules say what stays, and of the repository at a prune. */
  allowRemoveAll: boolean;
};

/** The rules, and what they look at: as `flowg forget` has them. */
export interface PolicyWish {
  keep: KeepWish;
  /** Only snapshots of these hosts; of all where there is none. */
  hosts: readonly string[];
  /** Only snapshots that have all of these. */
  tags: readonly string[];
  groupBy: readonly Grouping[];
  timeZone: string;
}

/** A snapshot that is open for reading. Disposing of it closes its place. */
export interface OpenSnapshot extends AsyncDisposable {
  snapshot: OpenedSnapshot;
  databases: DatabaseKind[];
}

export class Snapshots {
  readonly destinations: Destinations;
  readonly #options: SnapshotsOptions;

  constructor(options: SnapshotsOptions) {
    this.#options = options;
    this.destinations = options.destinations;
  }

  /** Lists one destination, or all. An error of one doesn't hide the others. */
  async list(
    { destination, ...how }: ListOptions & { destination?: string | undefined },
    signal: AbortSignal,
  ): Promise<DestinationSnapshots[]> {
    const isOne = destination !== undefined;
    const asked = isOne ? [this.destinations.find(destination)] : this.destinations.all();
    const listed: DestinationSnapshots[] = [];
    for (const one of asked) {
      const { name } = one;
      try {
        const found = await this.#with(one, signal, async (repository) => ({
          readable: repository.keys.canRead,
          ...(await listRepository(repository, how)),
        }));
        const { readable, snapshots, unreadable, newestDelta } = found;
        const told = unreadable.map(({ message, ...rest }) => ({
          ...rest,
          message: this.#options.conceal(message),
        }));
        listed.push({
          destination: name,
          readable,
          snapshots,
          ...(newestDelta !== undefined && { newestDelta }),
          unreadable: told,
        });
      } catch (error) {
        if (isOne || !(error instanceof FlowgError) || error.code === "CANCELLED") throw error;
        const none = { readable: false, snapshots: [], unreadable: [] };
        listed.push({ destination: name, ...none, error: faultOf(error) });
      }
    }
    return listed;
  }

  /**
   * Finds out which snapshot is meant, which databases it has, and what people should know of the choice.
   * @throws NOT_FOUND, IDENTITY_REQUIRED, and what reading a manifest throws
   */
  async find(
    asked: AskedSnapshot,
    signal: AbortSignal,
  ): Promise<{ setId: string; databases: DatabaseKind[]; notes: string[] }> {
    const destination = this.destinations.find(asked.destination);
    await using opened = await this.open(asked, signal);
    const { copies, notes } = opened.snapshot;
    return {
      setId: copies[0].manifest.setId,
      databases: opened.databases,
      notes: notes.map((note) => this.#options.conceal(byName(destination, note))),
    };
  }

  /** @throws NOT_FOUND, IDENTITY_REQUIRED, and what reading its manifest and its note throws */
  async show(asked: AskedSnapshot, signal: AbortSignal): Promise<SnapshotDetails> {
    const { name } = this.destinations.find(asked.destination);
    await using opened = await this.open(asked, signal);
    const [{ manifest, repository }] = opened.snapshot.copies;
    const { setId, createdAt, host, installation, tags, producer } = manifest;
    const verified = await readVerified(repository, [{ setId, createdAt }]);
    const databases: SnapshotDetails["databases"] = {};
    for (const kind of opened.databases) {
      const { entries, rawBytes, storedBytes, segments, leftOut, lost } = manifest.databases[
        kind
      ] as NonNullable<(typeof manifest.databases)[DatabaseKind]>;
      const facts: SnapshotDatabase = { entries, rawBytes, storedBytes, segments: segments.length };
      databases[kind] = {
        ...facts,
        ...(leftOut === undefined ? {} : { leftOut }),
        ...(lost === undefined ? {} : { lost }),
      };
    }
    return {
      destination: name,
      setId,
      createdAt,
      host,
      ...(installation !== undefined && { installation }),
      tags: [...tags],
      producer,
      ...verified.get(setId),
      databases,
    };
  }

  /** Compares two snapshots. */
  async diff(
    { other, only, ...asked }: AskedSnapshot & { other: string; only?: DatabaseKind[] | undefined },
    signal: AbortSignal,
  ): Promise<DiffReport> {
    const destination = this.destinations.find(asked.destination);
    return await this.#reading(destination, signal, async (repository) => {
      const given = [{ repository }];
      const { snapshot, host, installation } = asked;
      const of = { host, installation };
      const before = await snapshotAt(given, { snapshot, ...of }, { signal });
      const after = await snapshotAt(given, { snapshot: other, ...of }, { signal });
      const report = await diffBackups(before, after, { only, signal });
      return this.#options.conceal({
        ...report,
        before: byName(destination, report.before),
        after: byName(destination, report.after),
      });
    });
  }

  /** Backs up now. The snapshot doesn't get the tag of a job, so no job's policy removes it. */
  async create(
    { destinations, ...how }: NewSnapshot,
    { signal: cancelled, lastSignal, progress }: TaskWork,
  ): Promise<CreatedSnapshot> {
    using stopping = untilReleased(lastSignal, cancelled);
    const { signal } = stopping;
    const [first] = destinations as [KnownDestination];
    const opened: (OpenedRepository | FlowgError)[] = [];
    let made: CreatedSnapshot;
    try {
      for (const one of destinations) opened.push(await openDestination(one, signal));
      if (destinations.length === 1 && opened[0] instanceof FlowgError) throw opened[0];
      const report = await backUpServed(this.#options.served, {
        ...how,
        host: first.host,
        repositories: opened.map((one, index) =>
          one instanceof FlowgError
            ? { name: destinations[index]?.name ?? "", error: one }
            : { repository: one, keyFilePath: one.keyFile?.path },
        ),
        signal,
        onPublishing: stopping.release,
        onProgress: (at) => progress(progressOf(at)),
      });
      const { repositories, ...rest } = report;
      const stored = repositories.map((one, index) => ({
        destination: destinations[index]?.name ?? "",
        ...("failed" in one ? { error: one.failed } : { newBytes: one.newBytes }),
      }));
      const notes = opened.flatMap((one) => (one instanceof FlowgError ? [] : one.notes));
      made = { ...rest, destinations: stored, notes: [...notes, ...rest.notes] };
    } catch (error) {
      throw this.#named(first, error);
    } finally {
      for (const one of opened) if (!(one instanceof FlowgError)) await one.place.close();
    }
    return partly(made);
  }

  /** Before anything begins. @throws INPUT_INVALID */
  demandPolicy(policy: PolicyWish): void {
    thinningOf(policy, false);
  }

  /** Forgets all snapshots that are named, or that no rule keeps, or none. With `prune` it removes the segments that only they needed. */
  async forget(
    { destination, dryRun, prune, allowRemoveAll, ...which }: Forgetting,
    { signal: cancelled, lastSignal, progress }: TaskWork,
  ): Promise<Record<string, unknown>> {
    const what = "ids" in which ? which : { thinning: thinningOf(which.policy, allowRemoveAll) };
    using stopping = untilReleased(lastSignal, cancelled);
    const told = (report: ForgetReport) => ({
      destination: destination.name,
      dryRun,
      forgotten: report.groups.flatMap(({ forgotten }) => forgotten),
      // by a rule, or by an object lock
      kept: report.groups.flatMap(({ kept }) => kept),
      ...("thinning" in what && { unread: report.unread }),
      ...(report.prune && { prune: report.prune }),
    });
    return await this.#with(destination, stopping.signal, async (repository) => {
      // it must read the other snapshots, which tell which segments are still needed
      if (prune) demandReader(repository);
      const report = await forgetSnapshots(repository, {
        ...what,
        dryRun,
        prune: prune && dryRun ? { signal: cancelled, allowRemoveAll } : undefined,
        onForgetting: () => {
          stopIfAborted(cancelled, "it");
          // from here on it can't be cancelled, so that it forgets all of them
          stopping.release();
        },
        onForgotten: (done, total) => progress({ phase: "forgetting", done, total }),
      });
      if (!prune || dryRun) return told(report);
      try {
        const pruned = await pruneRepository(repository, {
          signal: cancelled,
          allowRemoveAll,
          onProgress: ({ phase, done, total }) =>
            progress({ phase, done, ...(total === undefined ? {} : { total }) }),
        });
        return told({ ...report, prune: pruned });
      } catch (error) {
        if (!(error instanceof FlowgError)) throw error;
        const { code, message, hint, details } = error;
        throw new FlowgError(
          code,
          `the snapshots are forgotten; what only they held stays until the next prune: ${message}`,
          { hint, details: { ...details, outcome: told(report) }, cause: error },
        );
      }
    });
  }

  /** Opens a snapshot for a restore. @throws NOT_FOUND, IDENTITY_REQUIRED, and errors of opening */
  async open(asked: AskedSnapshot, signal: AbortSignal): Promise<OpenSnapshot> {
    const destination = this.destinations.find(asked.destination);
    const opened = await openDestination(destination, signal);
    if (opened instanceof FlowgError) throw this.#named(destination, opened);
    const close = () => opened.place.close();
    try {
      demandReader(opened);
      const snapshot = await openSnapshot([{ repository: opened }], {
        snapshot: asked.snapshot,
        host: asked.host,
        installation: asked.installation,
      });
      return { snapshot, databases: databasesIn(snapshot), [Symbol.asyncDispose]: close };
    } catch (error) {
      await close();
      throw this.#named(destination, error);
    }
  }

  /** Adds the destination to an error of reading a snapshot. */
  explained(asked: AskedSnapshot, error: unknown): unknown {
    return this.#named(this.destinations.find(asked.destination), error);
  }

  #reading<T>(
    destination: KnownDestination,
    signal: AbortSignal,
    work: (repository: OpenedRepository) => Promise<T>,
  ): Promise<T> {
    return this.#with(destination, signal, async (repository) => {
      demandReader(repository);
      return await work(repository);
    });
  }

  async #with<T>(
    destination: KnownDestination,
    signal: AbortSignal,
    work: (repository: OpenedRepository) => Promise<T>,
  ): Promise<T> {
    const opened = await openDestination(destination, signal);
    if (opened instanceof FlowgError) throw this.#named(destination, opened);
    try {
      return await work(opened);
    } catch (error) {
      throw this.#named(destination, error);
    } finally {
      await opened.place.close();
    }
  }

  /** Adds the destination to an error. */
  #named(destination: KnownDestination, error: unknown): unknown {
    return errorOf(destination, error, this.#options.conceal);
  }
}

/** @throws INPUT_INVALID */
const thinningOf = (
  { keep, tags, groupBy, timeZone, ...rest }: PolicyWish,
  allowRemoveAll: boolean,
): Thinning => ({
  ...rest,
  allowRemoveAll,
  policy: policyOf(keep),
  calendar: new Calendar(timeZone),
  groupings: groupBy,
  tags: tags.length > 0 ? [tags] : [],
});

/** @throws the error of a destination that lacks the snapshot */
function partly(report: CreatedSnapshot): CreatedSnapshot {
  const failed = report.destinations.find(({ error }) => error);
  if (!failed?.error) return report;
  const { code, message, hint } = failed.error;
  throw new FlowgError(code, `${failed.destination} doesn't have the snapshot: ${message}`, {
    hint: hint ?? "the other destinations have it, complete",
    details: { outcome: report },
  });
}
