// client.snapshots

import { demandObject, demandText } from "../arguments.js";
import { type Caller, type CallOptions, inPath, take } from "../call.js";
import type { components } from "../schema.js";
import type { Database } from "../types.js";
import type { Task } from "./tasks.js";

type Schemas = components["schemas"];

/** The snapshots of one destination. @example `const names = (of: DestinationSnapshots) => of.snapshots.map(({ setId }) => setId)` */
export type DestinationSnapshots = Schemas["DestinationSnapshots"];
/** What a snapshot holds. @example `const { databases }: SnapshotDetails = await client.snapshots.get("latest")` */
export type SnapshotDetails = Schemas["SnapshotDetails"];
/** What has changed from one snapshot to another. @example `const { equal }: SnapshotDiff = await client.snapshots.diff("91186e8d", "latest")` */
export type SnapshotDiff = Schemas["SnapshotDiff"];

/** In which destination it is. @example `const options: DestinationOptions = { destination: "nas" }` */
export interface DestinationOptions extends CallOptions {
  /** As the server's settings call it; may be left out where there is only one. */
  destination?: string | undefined;
}

/** Which snapshot it is, besides its id. @example `const options: SnapshotOptions = { destination: "nas", host: "web-1" }` */
export interface SnapshotOptions extends DestinationOptions {
  /** Only one of this host, where several back up into one repository. */
  host?: string | undefined;
  /** Only one of this installation, by its id or the beginning of it, where several share a host name. */
  installation?: string | undefined;
}

/** Which snapshots are listed. @example `const options: SnapshotListOptions = { tags: ["before-upgrade"], latest: true }` */
export interface SnapshotListOptions extends DestinationOptions {
  /** Only those of one of these hosts. */
  hosts?: readonly string[] | undefined;
  /** Only those that have all of these. */
  tags?: readonly string[] | undefined;
  /** Only the newest of each host, and on it of each installation. */
  latest?: boolean | undefined;
}

/** What is compared. @example `const options: SnapshotDiffOptions = { only: ["config"] }` */
export interface SnapshotDiffOptions extends SnapshotOptions {
  /** Only these databases. */
  only?: readonly Database[] | undefined;
}

/** A snapshot that is to be made. @example `const options: NewSnapshotOptions = { tags: ["before-upgrade"] }` */
export interface NewSnapshotOptions extends CallOptions {
  /** Where it goes; may be left out where there is only one destination. */
  destinations?: readonly string[] | undefined;
  /** All destinations of this job, in their place. */
  job?: string | undefined;
  /** Words by which it is found again. */
  tags?: readonly string[] | undefined;
  /** Reads everything, also what can't have changed. */
  full?: boolean | undefined;
  /** Goes on although a database has far fewer records than before. */
  allowShrink?: boolean | undefined;
}

/** How snapshots are forgotten. @example `const options: ForgetOptions = { dryRun: true }` */
export interface ForgetOptions extends DestinationOptions {
  /** Says what would go, and removes nothing. */
  dryRun?: boolean | undefined;
  /** Then removes what no snapshot needs any more. */
  prune?: boolean | undefined;
  /** Goes on although no snapshot would be left: of a group by rules, or with `prune` at all. */
  allowRemoveAll?: boolean | undefined;
}

/** How many a rule keeps. @example `const daily: KeepCount = 7` */
export type KeepCount = number | "unlimited";

/** Which snapshots stay: those that any of these rules keeps. @example `const rules: KeepRules = { daily: 7, weekly: 5, monthly: 12 }` */
export interface KeepRules {
  /** So many of the newest. */
  last?: KeepCount | undefined;
  /** The newest of each hour that has one, for so many hours. */
  hourly?: KeepCount | undefined;
  /** The same for days. */
  daily?: KeepCount | undefined;
  /** The same for weeks, which begin on Monday. */
  weekly?: KeepCount | undefined;
  /** The same for months. */
  monthly?: KeepCount | undefined;
  /** The same for years. */
  yearly?: KeepCount | undefined;
  /** All that are at most this much older than the newest: `30d`, `1y6m`. */
  within?: string | undefined;
  /** All that have one of these. */
  tags?: readonly string[] | undefined;
}

/** What rules look at, and how. @example `const options: ForgetByRulesOptions = { hosts: ["web-1"], dryRun: true }` */
export interface ForgetByRulesOptions extends ForgetOptions {
  /** Only snapshots of these hosts. */
  hosts?: readonly string[] | undefined;
  /** Only snapshots that have all of these. */
  tags?: readonly string[] | undefined;
  /** The rules apply to each of these by itself; unless given, to each host, and on it to each installation. */
  groupBy?: readonly ("host" | "installation" | "tags" | "databases")[] | undefined;
  /** Where days and hours begin: `Europe/Berlin`; UTC unless given. */
  timeZone?: string | undefined;
}

/** How a snapshot is restored. @example `const options: SnapshotRestoreOptions = { only: ["logs"], dryRun: true }` */
export interface SnapshotRestoreOptions extends SnapshotOptions {
  /** These databases; all that it has unless given. */
  only?: readonly Database[] | undefined;
  /** Only these items, as `select` of `client.restore`. */
  select?: readonly string[] | undefined;
  /** `merge` keeps what only the database has; `replace` removes it. */
  mode?: "merge" | "replace" | undefined;
  /** Reports what would change, and changes nothing. */
  dryRun?: boolean | undefined;
  /** Goes on although the caller would gain scopes, or somebody be locked out. */
  allowAccessChange?: boolean | undefined;
  /** Goes on although nobody who may administer would be left. */
  allowNoAdmin?: boolean | undefined;
  /** Takes what a repair has left of a damaged snapshot. */
  salvaged?: boolean | undefined;
  /** Keeps what takes it back; on unless it is false. */
  undo?: boolean | undefined;
}

/** Snapshots in the repositories that the server's settings name. What changes something is a task: `client.tasks.wait(id)` waits for its end. @example `await client.snapshots.list()` */
export interface Snapshots {
  /** Newest first, of each destination. @throws NotFoundError @example `const [{ snapshots }] = await client.snapshots.list({ destination: "nas" })` */
  list(options?: SnapshotListOptions): Promise<DestinationSnapshots[]>;
  /** How much one holds, by its id, the beginning of that, or `latest`. @throws NotFoundError, ConflictError where the server has no identity that reads it @example `const { databases } = await client.snapshots.get("latest")` */
  get(snapshot: string, options?: SnapshotOptions): Promise<SnapshotDetails>;
  /** What has changed from the one to the other. @throws NotFoundError, ConflictError @example `const { databases } = await client.snapshots.diff("91186e8d", "latest")` */
  diff(snapshot: string, other: string, options?: SnapshotDiffOptions): Promise<SnapshotDiff>;
  /** Begins a backup of all three databases. @throws NotFoundError, UnavailableError @example `const { id } = await client.snapshots.create({ tags: ["before-upgrade"] })` */
  create(options?: NewSnapshotOptions): Promise<Task>;
  /** Begins to remove snapshots, by their ids: all of them, or none. @throws NotFoundError @example `const { id } = await client.snapshots.forget(["91186e8d"], { prune: true })` */
  forget(snapshots: readonly string[], options?: ForgetOptions): Promise<Task>;
  /** Begins to remove the snapshots that no rule keeps; try it with `dryRun` first. @throws BadRequestError, NotFoundError @example `const { id } = await client.snapshots.forgetByRules({ daily: 7, weekly: 5 }, { dryRun: true })` */
  forgetByRules(keep: KeepRules, options?: ForgetByRulesOptions): Promise<Task>;
  /** Begins a restore. @throws NotFoundError, ConflictError, PermissionDeniedError @example `const { id } = await client.snapshots.restore("latest", { only: ["logs"], dryRun: true })` */
  restore(snapshot: string, options?: SnapshotRestoreOptions): Promise<Task>;
}

export function snapshotsOf(caller: Caller): Snapshots {
  const { api } = caller;
  const path = (snapshot: string) => ({ snapshot: inPath("snapshot", snapshot) });
  return {
    list: async ({ destination, hosts, tags, latest, ...call } = {}) => {
      const lists = { host: hosts && [...hosts], tag: tags && [...tags] };
      const query = given({ destination, ...lists, latest });
      const asked = { params: { query }, ...caller.with(call) };
      return (await take(api.GET("/api/v1/snapshots", asked))).destinations;
    },
    get: async (snapshot, { destination, host, installation, ...call } = {}) => {
      const params = { path: path(snapshot), query: given({ destination, host, installation }) };
      const asked = { params, ...caller.with(call) };
      return (await take(api.GET("/api/v1/snapshots/{snapshot}", asked))).snapshot;
    },
    diff: async (snapshot, other, options = {}) => {
      const { destination, host, installation, only, ...call } = options;
      const query = {
        other: demandText("other snapshot", other),
        ...given({ destination, host, installation, only: only && [...only] }),
      };
      const asked = { params: { path: path(snapshot), query }, ...caller.with(call) };
      return (await take(api.GET("/api/v1/snapshots/{snapshot}/diff", asked))).diff;
    },
    create: async ({ destinations, job, tags, full, allowShrink, ...call } = {}) => {
      const lists = { destinations: destinations && [...destinations], tags: tags && [...tags] };
      const body = given({ ...lists, job, full, allowShrink });
      return (await take(api.POST("/api/v1/snapshots", { body, ...caller.with(call) }))).task;
    },
    forget: async (snapshots, options = {}) => {
      const { destination, dryRun, prune, allowRemoveAll, ...call } = options;
      const wishes = given({ destination, dryRun, prune, allowRemoveAll });
      const body = { snapshots: [...snapshots], ...wishes };
      const asked = { body, ...caller.with(call) };
      return (await take(api.POST("/api/v1/snapshots/forget", asked))).task;
    },
    forgetByRules: async (keep, options = {}) => {
      const { signal, timeout, hosts, tags, groupBy, ...wishes } = demandObject("options", options);
      const { tags: kept, ...counts } = demandObject("keep", keep);
      const lists = {
        hosts: hosts && [...hosts],
        tags: tags && [...tags],
        groupBy: groupBy && [...groupBy],
      };
      const rules = given({ ...counts, tags: kept && [...kept] });
      const body = { keep: rules, ...given({ ...wishes, ...lists }) };
      const asked = { body, ...caller.with({ signal, timeout }) };
      return (await take(api.POST("/api/v1/snapshots/forget", asked))).task;
    },
    restore: async (snapshot, options = {}) => {
      const { signal, timeout, only, select, ...wishes } = demandObject("options", options);
      const lists = { only: only && [...only], select: select && [...select] };
      const body = given({ ...wishes, ...lists });
      const asked = { params: { path: path(snapshot) }, body, ...caller.with({ signal, timeout }) };
      return (await take(api.POST("/api/v1/snapshots/{snapshot}/restore", asked))).task;
    },
  };
}

type Given<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** Without what is undefined. */
const given = <T extends object>(options: T): Given<T> =>
  Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Given<T>;
