// Backup, restore and compaction for the API. It bounds how many run at once, allows only one restore for each database, and
// looks callers up again.

import type { AddressWarning } from "../operations/alerts/address-warning.js";
import { type BackupStream, openBackup } from "../operations/online/backup.js";
import { openBackupSet } from "../operations/online/backup-set.js";
import { type OnlineRestore, restoreUpload } from "../operations/online/restore.js";
import { marksOf, restoreFetched, restoreSet } from "../operations/online/restore-set.js";
import { onlineHistory, onlineRun, undoOnline } from "../operations/online/undo.js";
import type { AccessCaller } from "../operations/restore/access-report.js";
import { selectionOf } from "../operations/restore/selection-of.js";
import type { UndoBounds } from "../operations/restore/undo-bounds.js";
import { keepSumFound } from "../operations/sum-lost.js";
import { FlowgError } from "../platform/errors.js";
import { RESTORING } from "../records/auth/scopes.js";
import { DATABASE_KINDS, type DatabaseKind } from "../records/kinds.js";
import type { Database, FoundByWalk } from "../storage/database.js";
import type { Engine, ServedDatabases } from "../storage/engine.js";
import { cutRuns } from "../storage/notes/restore-mark.js";
import type { AuthStore } from "../stores/auth/store.js";
import { isTokenOf } from "../stores/auth/tokens.js";
import type { Administration, RestoreOptions } from "./administration.js";
import type { Started, Upload } from "./raw-bodies.js";
import { TransferPlaces } from "./transfer-places.js";

export interface LiveAdministrationOptions {
  engine: Engine;
  databases: Record<DatabaseKind, Database>;
  compact: ServedDatabases["compact"];
  auth: AuthStore;
  /** Called when a read transaction begins. The function that it returns is called when the transaction ends. */
  onReader: (database: DatabaseKind) => () => void;
  /** How many backups, restores and compactions may run at once. */
  maxTransfers: number;
  /** How many of them each user may run at once. */
  maxTransfersPerUser: number;
  /** Bytes of memory that a restore may take. */
  maxRestoreMemory: number;
  /** The limit for making streams. A restore may bring more. */
  maxStreams: number;
  /** The bounds of undo files. */
  undo: UndoBounds;
  addressWarning: AddressWarning;
}

export function liveAdministration(options: LiveAdministrationOptions): Administration {
  const { engine, databases, auth, onReader, maxTransfers, maxStreams } = options;
  /** The databases that are being changed, and by what. */
  const busy = new Map<DatabaseKind, "a restore" | "an undo" | "a compaction">();
  const places = new TransferPlaces(maxTransfers, options.maxTransfersPerUser);

  const onSumFound = (kind: DatabaseKind, found: FoundByWalk) =>
    keepSumFound(databases[kind], found);

  /** Restores these databases. Each can have only one restore at a time. */
  async function restoring<Report>(
    kinds: readonly DatabaseKind[],
    { upload, given }: { upload: Upload; given: RestoreOptions },
    restore: (how: Omit<OnlineRestore, "database">) => Promise<Report>,
  ): Promise<Report> {
    const { user, credentials, authorizeAgain, select, undo, ...how } = given;
    const selection = selectionOf({ select });
    return await alone(kinds, { user, what: "a restore" }, () =>
      restore({
        ...how,
        engine,
        user,
        undo: undo ? options.undo : undefined,
        upload: upload.stream,
        uploadBytes: upload.requestBytes,
        maxStreams,
        selection,
        lookInto: (kind, look) => look(databases[kind]),
        addressWarning: options.addressWarning,
        maxMemory: options.maxRestoreMemory,
        authorize: () => asTheyAre({ credentials, authorizeAgain }),
      }),
    );
  }

  /** Does work during which nothing else may restore, undo or compact these databases. */
  async function alone<T>(
    kinds: readonly DatabaseKind[],
    { user, what }: { user: string; what: "a restore" | "an undo" | "a compaction" },
    work: () => Promise<T>,
  ): Promise<T> {
    const end = reserve(user, kinds, what);
    try {
      return await work();
    } finally {
      end();
    }
  }

  function reserve(
    user: string,
    kinds: readonly DatabaseKind[],
    what: "a restore" | "an undo" | "a compaction" = "a restore",
  ): () => void {
    for (const kind of kinds) {
      const other = busy.get(kind);
      if (other === undefined) continue;
      throw new FlowgError("CONFLICT", `${other} of the ${kind} database is under way`, {
        hint: "wait until it has ended",
      });
    }
    for (const kind of kinds) databases[kind].demandInPlace();
    const end = places.take(user);
    for (const kind of kinds) busy.set(kind, what);
    return () => {
      for (const kind of kinds) busy.delete(kind);
      end();
    };
  }

  async function asTheyAre({
    credentials,
    authorizeAgain,
  }: Pick<RestoreOptions, "credentials" | "authorizeAgain">): Promise<AccessCaller> {
    const { user, scopes } = await authorizeAgain();
    const text = credentials?.kind === "token" ? credentials.text : undefined;
    const known = text && (await auth.read((at) => at.tokenOf(text)));
    const uuid = known ? known.uuid : undefined;
    const token =
      text === undefined || uuid === undefined
        ? undefined
        : { uuid, isOf: (hash: string) => isTokenOf(text, hash) };
    return { user, scopes, token };
  }

  return {
    async openBackup(what, { user, signal, skipDamaged }): Promise<Started> {
      const end = places.take(user);
      const from = (what === "all" ? DATABASE_KINDS : [what]).map((kind) => databases[kind]);
      let backup: BackupStream | undefined;
      try {
        for (const database of from) database.demandInPlace();
        // databases after a cut restore are backed up as they are, and the notes say so
        const notes = cutRuns(await marksOf(databases));
        const how = { engine, signal, skipDamaged, onReader, onSumFound, notes };
        backup =
          what === "all" ? await openBackupSet(from, how) : await openBackup(databases[what], how);
        // the backup has opened it again by its path, which may lead to another database now
        for (const database of from) database.demandInPlace();
        const { setId, records, leftOut, stream } = backup;
        return {
          headers: { ...headersOf(backup), ...notesHeader(notes) },
          stream: ending(stream, end),
          facts: () => ({
            setId,
            records: records(),
            ...someLeftOut(leftOut()),
            ...(notes.length > 0 ? { notes } : {}),
          }),
        };
      } catch (error) {
        end();
        await backup?.stream.return(undefined);
        throw error;
      }
    },

    restore: (kind, upload, given) =>
      restoring([kind], { upload, given }, (how) =>
        restoreUpload({ ...how, database: databases[kind] }),
      ),

    reserve: (user, restored) => reserve(user, restored),

    async restoreSnapshot(snapshot, { databases: kinds, lastSignal, ...given }) {
      const { user, credentials, authorizeAgain, select, undo, signal, onProgress, ...how } = given;
      const selection = selectionOf({ select });
      return await restoreFetched({
        ...how,
        engine,
        databases,
        only: kinds,
        user,
        undo: undo ? options.undo : undefined,
        maxStreams,
        selection,
        lookInto: (kind, look) => look(databases[kind]),
        addressWarning: options.addressWarning,
        maxMemory: options.maxRestoreMemory,
        authorize: () => asTheyAre({ credentials, authorizeAgain }),
        fetch: async (kinds) => {
          const { fetchSnapshot } = await import("../operations/online/fetched-snapshot.js");
          const how = { snapshot, databases, kinds, selection, onProgress, signal };
          return await fetchSnapshot(how);
        },
        onProgress,
        signal,
        lastSignal,
      });
    },

    restoreSet: (upload, given) =>
      restoring(DATABASE_KINDS, { upload, given }, (how) =>
        restoreSet({ ...how, databases, lastSignal: given.lastSignal }),
      ),

    async undo({ run, user, credentials, authorizeFor, undo, ...how }) {
      const toUndo = await onlineRun(databases, run);
      const kinds = toUndo.run.databases.map(({ database }) => database);
      const scopes = kinds.flatMap((kind) => RESTORING[kind]);
      // a caller without these scopes learns nothing more
      await authorizeFor(scopes);
      return await alone(kinds, { user, what: "an undo" }, () =>
        undoOnline({
          ...how,
          engine,
          databases,
          toUndo,
          user,
          undo: undo ? options.undo : undefined,
          authorize: () => asTheyAre({ credentials, authorizeAgain: () => authorizeFor(scopes) }),
        }),
      );
    },

    history: () => onlineHistory(databases),

    compact: (kind, { user, signal }) =>
      alone([kind], { user, what: "a compaction" }, () => options.compact(kind, signal)),
  };
}

/** What was left out of the backup, for the log. */
function someLeftOut(leftOut: ReturnType<BackupStream["leftOut"]>) {
  return leftOut.length > 0 ? { leftOut } : {};
}

function headersOf({ setId, createdAt }: BackupStream): Record<string, string> {
  return { "Flowg-Snapshot-Set": setId, "Flowg-Snapshot-Created": createdAt };
}

/** Notes as JSON in ASCII, since headers carry only ASCII. */
function notesHeader(notes: readonly string[]): Record<string, string> {
  if (notes.length === 0) return {};
  const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return { "Flowg-Notes": JSON.stringify(notes).replace(/[^ -~]/g, escaped) };
}

/** Wraps a stream so that its place is given back once it ends, fails or is left. */
function ending(stream: AsyncGenerator<Uint8Array>, end: () => void): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const next = await stream.next().catch((error: unknown) => {
          end();
          throw error;
        });
        if (next.done) end();
        return next;
      },
      async return() {
        end();
        return await stream.return(undefined);
      },
    }),
  };
}
