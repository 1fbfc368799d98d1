// An online restore of all three databases, from the tar of a backup. It spools and verifies all snapshots, and looks at how
// auth changes permissions, before the first database changes. Then each database changes in one transaction. All get the same
// mark, so that the next run notices a restore that was cut between two databases.

import { stat } from "node:fs/promises";
import { readyForBlocks } from "../../formats/snapshot/zstd.js";
import { FlowgError } from "../../platform/errors.js";
import { demandSpace } from "../../platform/files/free-space.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../records/kinds.js";
import { selectedDatabases } from "../../records/selection.js";
import { ownWrites } from "../../storage/around-writes.js";
import type { Database } from "../../storage/database.js";
import { restoreNotes } from "../../storage/notes/restore-history.js";
import { cutRuns, knownMark, type RestoreMark } from "../../storage/notes/restore-mark.js";
import { aboutFile } from "../restore/about-file.js";
import type { AccessCaller } from "../restore/access-report.js";
import { markComplete, newMark, restoreInTurn } from "../restore/in-turn.js";
import { demandRestoreSpace } from "../restore/restore-space.js";
import { mixedSets, restoreOrder } from "../restore/set-plan.js";
import type { VerifiedSource } from "../restore/verified-source.js";
import { type OnlineRestoreReport, restoreVerified } from "./apply.js";
import { demandRoomForUndo } from "./keep-undo.js";
import { ReceivedSet } from "./received-set.js";
import { type OnlineRestore, verifyUpload } from "./restore.js";
import { demandAsManifest } from "./set-manifest.js";

type Databases = Record<DatabaseKind, Database>;

export interface OnlineSetRestore extends Omit<OnlineRestore, "database"> {
  /** Open in this process. */
  databases: Databases;
  /**
   * Once a database has changed, only this signal stops the restore, so that a client that goes away leaves no set half
   * restored.
   */
  lastSignal: AbortSignal;
}

/** The same restore, of snapshots that are fetched from elsewhere. */
export interface FetchedSetRestore extends Omit<OnlineSetRestore, "upload" | "uploadBytes"> {
  /** The databases to restore. Without it, all three, or those in which something is selected. */
  only?: readonly DatabaseKind[] | undefined;
  /** Fetches these databases. */
  fetch: (kinds: readonly DatabaseKind[]) => Promise<FetchedSet>;
}

/** All files of a set, spooled. */
export type FetchedSet = Pick<ReceivedSet, "files" | "manifest" | typeof Symbol.asyncDispose>;

export interface OnlineSetReport {
  dryRun: boolean;
  /** The id by which this can be undone. Absent in a dry run, and where no undo file is kept. */
  run?: string;
  databases: OnlineRestoreReport[];
  /** Remarks for a person, such as an earlier run that was cut. */
  notes: string[];
  seconds: number;
}

/**
 * Restores the tar of all three databases.
 * @throws what a restore of one database throws, and SNAPSHOT_CORRUPT or REFUSED where the files don't belong together. After a
 * failure between two databases the message and `details` say which were restored and which were not
 */
export async function restoreSet(options: OnlineSetRestore): Promise<OnlineSetReport> {
  await demandUploadSpace(options);
  const fetch = (kinds: readonly DatabaseKind[]) => ReceivedSet.from({ ...options, kinds });
  return await restoreFetched({ ...options, fetch });
}

/** Restores snapshots that are fetched first. @throws what `restoreSet` throws */
export async function restoreFetched(options: FetchedSetRestore): Promise<OnlineSetReport> {
  const started = performance.now();
  const { databases, dryRun } = options;
  const { selection } = options;
  const order = restoreOrder(selection ? selectedDatabases(selection) : options.only);
  const notes = cutRuns(await marksOf(databases));
  readyForBlocks();
  await using received = await options.fetch(order);
  await using restorer = options.engine.restorer();
  await using verified = await VerifiedSet.of(received, options);
  verified.demandOneBackup(received.manifest);
  if (!dryRun) {
    const needs = [...verified.sources].map(([kind, source]) => {
      const { dir } = databases[kind];
      return { place: { kind, dir }, disk: dir, source };
    });
    await demandRestoreSpace(options.engine, needs);
    for (const [kind, source] of verified.sources) {
      const { [kind]: database } = databases;
      await demandRoomForUndo({ ...options, restorer, database, source, bounds: options.undo });
    }
  }
  // authorizes once before the databases are held, so that a slow hash of the caller's token is replaced by then
  let caller = await options.authorize();
  const known = DATABASE_KINDS.map((kind) => databases[kind].read(restoreNotes));
  const mark = newMark(order, {
    isPart: selection !== undefined,
    notes: await Promise.all(known),
  });
  const parts = [...verified.sources.values()].flatMap(({ part }) => part ?? []);
  const turn = { dryRun, of: order };
  // auth comes first, and the caller is looked up once more in the restored accounts
  let mayGoOn = options.authorize;
  const reports = await restoreInTurn(
    [...verified.sources],
    turn,
    async ([kind, source], isChanged) => {
      const authorize = async (): Promise<AccessCaller> => {
        caller = await mayGoOn();
        return caller;
      };
      const { [kind]: database } = databases;
      const signal = isChanged ? options.lastSignal : options.signal;
      const how = { ...options, database, mark, parts, authorize, signal };
      const report = await restoreVerified(how, { source, restorer });
      if (kind === "auth" && !dryRun && !(await isAllowed(options))) mayGoOn = async () => caller;
      return report;
    },
  );
  if (!dryRun)
    await markComplete(mark, {
      where: () => "",
      // the restore's own writes: its caller may be gone with the earlier accounts
      use: (kind, _, work) => ownWrites(() => work(databases[kind])),
    });
  const seconds = (performance.now() - started) / 1000;
  const run = dryRun || !options.undo ? {} : { run: mark.run };
  return { dryRun, ...run, databases: reports, notes, seconds };
}

/**
 * Whether the accounts that were just restored still allow the caller to restore. If they don't, the look before the first
 * database has found and allowed that, and the other databases follow without a further look: half a restore would help nobody.
 * If they do, the caller is looked up again before each further database, since somebody may revoke their rights meanwhile.
 */
export async function isAllowed({
  authorize,
}: Pick<OnlineSetRestore, "authorize">): Promise<boolean> {
  try {
    await authorize();
    return true;
  } catch (error) {
    const { code } = error as Partial<FlowgError>;
    if (code === "UNAUTHENTICATED" || code === "PERMISSION_DENIED") return false;
    throw error;
  }
}

/** If all databases lie on one disk, the whole upload must have room there. Otherwise each file is checked when it comes. */
async function demandUploadSpace({ databases, uploadBytes }: OnlineSetRestore): Promise<void> {
  if (uploadBytes === undefined) return;
  const dirs = DATABASE_KINDS.map((kind) => databases[kind].dir);
  const found = await Promise.all(dirs.map((dir) => stat(dir).catch(() => undefined)));
  const disks = new Set(found.map((one) => one?.dev));
  if (disks.size === 1) await demandSpace(dirs[0] as string, uploadBytes, "the upload");
}

class VerifiedSet implements AsyncDisposable {
  /** Sources in the order of the restore. */
  readonly sources = new Map<DatabaseKind, VerifiedSource>();
  readonly #names = new Map<DatabaseKind, string>();

  /** @throws what verifying throws, about the first file that fails */
  static async of(
    received: FetchedSet,
    { databases, ...how }: FetchedSetRestore,
  ): Promise<VerifiedSet> {
    const set = new VerifiedSet();
    try {
      for (const { kind, name, spool } of received.files) {
        const source = await verifyUpload(spool, databases[kind], how).catch((error) => {
          throw aboutFile(error, name, "; nothing was restored");
        });
        set.sources.set(kind, source);
        set.#names.set(kind, name);
      }
      return set;
    } catch (error) {
      await set[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** @throws SNAPSHOT_CORRUPT where the manifest says otherwise, REFUSED where they are of several instants */
  demandOneBackup(manifest: Buffer | undefined): void {
    const files = [...this.sources].map(([kind, { report }]) => ({
      kind,
      name: this.#names.get(kind) ?? kind,
      report,
    }));
    if (manifest) demandAsManifest(manifest, files);
    const [mixed] = mixedSets(files.map(({ report }) => report));
    if (mixed === undefined) return;
    throw new FlowgError("REFUSED", `${mixed}; nothing was restored`, {
      hint: "send the tar of one backup, or restore each database from its own file",
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const source of this.sources.values()) await source[Symbol.asyncDispose]();
  }
}

/** The marks of the last restores in the databases. */
export async function marksOf(databases: Databases) {
  const marks = new Map<DatabaseKind, RestoreMark | undefined>();
  for (const kind of DATABASE_KINDS) marks.set(kind, await databases[kind].read(knownMark));
  return marks;
}
