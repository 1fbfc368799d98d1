// Opens one of the three databases. Each is an LMDB environment in a directory of its own, with four LMDB databases. `records`
// is what a snapshot contains. `derived` can be computed from the records. `local` belongs to this installation only: the kind,
// the schema version, ended sessions, unfinished work, the mark of the last restore, when the last online backup ended. Values
// of `records` and `local` carry checksums, and `sums` holds their sums: see `checksummed-table`.

import { join } from "node:path";
import { open as openLmdb, type RootDatabase } from "lmdb";
import { FlowgError } from "../../platform/errors.js";
import { demandSpace, demandSpaceNow } from "../../platform/files/free-space.js";
import { makeDirectory } from "../../platform/files/make-directory.js";
import { damagedDatabase } from "../../records/damage.js";
import { type DatabaseKind, isDatabaseKind } from "../../records/kinds.js";
import type { Durability, OnUpgrade, OpenMode } from "../../storage/engine.js";
import { writeMadeAt } from "../../storage/notes/made-at.js";
import { beginFreeList } from "./begin-free-list.js";
import { ChecksummedTable } from "./checksummed-table.js";
import { checkDataFile, DATA_FILE } from "./data-file.js";
import type { Environment, Table, TableName } from "./environment.js";
import { Flushes } from "./flushes.js";
import { type Identity, readIdentity, SCHEMA_VERSION, writeIdentity } from "./identity.js";
import { readKept } from "./kept-reads.js";
import { lastTransactionId } from "./last-commit.js";
import { databaseError } from "./lmdb-error.js";
import { localProblem } from "./local-problem.js";
import { prepareLockFile } from "./lock-file.js";
import { inTurnToClose, inTurnToOpen } from "./lock-file-turns.js";
import { makeDataFile } from "./new-data-file.js";
import { demandOpenable } from "./openable.js";
import { bytesOf, placeState } from "./place-state.js";
import { PlainTable } from "./plain-table.js";
import { demandSoundPages } from "./sound-pages.js";
import { commitNothing, exclude, readNow, transact } from "./transact.js";
import { upgrade } from "./upgrade.js";
import { readVersioned } from "./versioned-read.js";
import { demandInPlace } from "./watched-files.js";
import { newWriting } from "./write-turns.js";

export interface OpenOptions {
  kind: DatabaseKind;
  /** The directory; `data.mdb` and `lock.mdb` live in it. */
  dir: string;
  mode: OpenMode;
  /** The tables whose pages are checked first. Absent: all. Some callers check pages only as they read them. */
  tables?: ReadonlySet<TableName>;
  /** Told while a database of an older schema is upgraded, which may take a while. */
  onUpgrade?: OnUpgrade | undefined;
  /** See DatabasePlace. It counts for all threads of this process that open the database meanwhile. */
  durability?: Durability | undefined;
  /** Told when answered entries can't be flushed, and with nothing, once all of them are. */
  onUnflushed?: ((error?: unknown) => void) | undefined;
}

const BYTES = { encoding: "binary", keyEncoding: "binary" } as const;
const TABLES: ReadonlySet<string> = new Set<TableName>(["records", "derived", "local", "sums"]);
/** The number of tables in a database of an older schema, which has no sums. */
const TABLES_AT_FIRST = TABLES.size - 1;
/** Room for a new database, its tables, and some more: LMDB crashes where it can't write its first pages. */
const EMPTY_BYTES = 1024 * 1024;
/** Room for the tables alone, where a creation was cut. */
const TABLES_BYTES = 256 * 1024;

/**
 * Opens a database.
 * @throws DATABASE_MISSING, DATABASE_INVALID, DATABASE_WRONG_KIND, DATABASE_TOO_NEW, DATABASE_UNAVAILABLE, DISK_FULL
 */
export async function openDatabase(options: OpenOptions): Promise<Environment> {
  const { dir, kind, mode } = options;
  if (!(await checkDataFile(dir))) {
    if (mode !== "create") throw missing(options);
    try {
      await makeDirectory(dir, { forOwner: true });
      await demandSpace(dir, EMPTY_BYTES, `a new ${kind} database`);
      await makeDataFile(join(dir, DATA_FILE));
    } catch (cause) {
      throw openError(cause, options);
    }
  }
  const root = await openEnvironment(options);
  try {
    const { freesNothing } = demandSoundPages(root, {
      path: join(dir, DATA_FILE),
      tables: options.tables ?? TABLES,
      isWritten: mode !== "read",
    });
    return databaseOf(root, { ...options, freesNothing });
  } catch (error) {
    await closeEnvironment(dir, root);
    throw databaseError(error, options);
  }
}

/**
 * Has LMDB open the database, without a look at anything in it.
 * @throws DATABASE_UNAVAILABLE, DISK_FULL
 */
export async function openEnvironment(options: OpenOptions): Promise<RootDatabase> {
  const { dir, mode } = options;
  try {
    await prepareLockFile(dir, { readOnly: mode === "read" });
    return await inTurnToOpen(options, () => openNow(options));
  } catch (cause) {
    throw openError(cause, options);
  }
}

const isFlushedLater = ({ mode, durability }: OpenOptions): boolean =>
  mode !== "read" && durability === "committed";

function openNow(options: OpenOptions): RootDatabase {
  const { dir, mode } = options;
  demandOpenable(dir, { readOnly: mode === "read" });
  return openLmdb({
    path: dir,
    name: null as unknown as string,
    noSubdir: false,
    readOnly: mode === "read",
    permissionsMode: 0o600,
    maxDbs: 8,
    maxReaders: 512,
    // with overlapping syncs, an answered commit might not be on the disk
    overlappingSync: false,
    noMetaSync: isFlushedLater(options),
    // lmdb-js gives each turn's batch a promise that our code can't handle, so a failed commit (the disk is full) would end the
    // process; transactions share commits without it, too
    eventTurnBatching: false,
    ...BYTES,
  } as Parameters<typeof openLmdb>[0] & { name: string });
}

/** Closes what `openEnvironment` gave. */
export const closeEnvironment = (dir: string, root: RootDatabase): Promise<void> =>
  inTurnToClose(dir, () => root.close());

function openError(cause: unknown, { kind, dir }: OpenOptions): FlowgError {
  if (cause instanceof FlowgError && cause.code !== "FILE_UNAVAILABLE") return cause;
  return new FlowgError(
    "DATABASE_UNAVAILABLE",
    `cannot open the ${kind} database in ${dir}: ${(cause as Error).message}`,
    { cause, hint: "check its permissions, the free space, and who else has it open" },
  );
}

function databaseOf(
  root: RootDatabase,
  { freesNothing, ...options }: OpenOptions & { freesNothing: boolean },
): Environment {
  const { kind, dir, mode } = options;
  // never make our tables inside another program's LMDB file
  const create = mode === "create" && holdsOnlyOurs(root);
  if (create && [...root.getKeys()].length < TABLES_AT_FIRST)
    demandSpaceNow(dir, { bytes: TABLES_BYTES, what: `a new ${kind} database` });
  const local = table(root, "local", create);
  const records = table(root, "records", create);
  const derived = table(root, "derived", create);
  let sums = table(root, "sums", create);
  const found = local && readIdentity({ local, sums }, options);
  if (!local || !records || !derived || found === undefined) {
    // a creation that was cut leaves some empty tables, and is finished here; anything else isn't ours
    const unfinished = holdsOnlyOurs(root) && [local, records, derived, sums].every(isEmpty);
    if (unfinished && mode !== "create") throw missing(options);
    if (!unfinished || !local || !records || !derived || !sums) {
      throw new FlowgError(
        "DATABASE_INVALID",
        `${dir} holds an LMDB database, but not one of FlowG's`,
        {
          hint: "give another directory",
        },
      );
    }
    const made = sealed({ local, records, derived, sums }, { root, options, isSealed: true });
    made.local.transactionSync(() => {
      made.records.setSum({ records: 0, checksums: 0 });
      writeIdentity(made.local, { kind, schema: SCHEMA_VERSION });
      writeMadeAt(made.local);
    });
    return made;
  }
  demandOurs(found, options);
  if (freesNothing && mode !== "read") beginFreeList(local);
  const isOld = found.schema < SCHEMA_VERSION;
  // a database of an older schema that is only read keeps its values without checksums
  const isSealed = found.isSealed || mode !== "read";
  if (isOld && mode !== "read") {
    sums ??= table(root, "sums", true) as Table;
    upgrade({ ...options, local, records, derived, sums }, found.schema);
  }
  if (isSealed && !sums) throw damagedDatabase(options, "its sums are missing");
  return sealed({ local, records, derived, sums }, { root, options, isSealed });
}

interface RawTables {
  local: Table;
  records: Table;
  derived: Table;
  /** Undefined for an older database that is only read. */
  sums: Table | undefined;
}

function sealed(
  raw: RawTables,
  { root, options, isSealed }: { root: RootDatabase; options: OpenOptions; isSealed: boolean },
): Environment {
  const { kind, dir } = options;
  const { derived, sums } = raw;
  const tableOf = (name: "records" | "local") =>
    new ChecksummedTable({ kind, name, raw: raw[name], sums: isSealed ? sums : undefined });
  const close = async () => {
    await environment.flushes?.close();
    await closeEnvironment(dir, environment.root);
  };
  const environment: Environment = {
    kind,
    dir,
    root,
    writing: newWriting(),
    flushes: isFlushedLater(options)
      ? new Flushes({
          sync: () => syncNow(environment.root),
          commit: () => commitNothing(environment),
          isExcluding: () => environment.writing.excluding !== undefined,
          tell: (error) => options.onUnflushed?.(error),
        })
      : undefined,
    moveTo({ root, records, derived, local }) {
      const before = environment.root;
      Object.assign(environment, { root, records, derived, local });
      return before;
    },
    records: tableOf("records"),
    derived: new PlainTable(derived),
    local: tableOf("local"),
    ledger: {
      read: () => environment.records.counted(),
      write: (counted) => environment.records.setCounted(counted),
      writer: {},
    },
    at: (transaction) => {
      const records = environment.records.at(transaction);
      return {
        records,
        derived: environment.derived.at(transaction),
        local: environment.local.at(transaction),
        ledger: { read: () => records.counted() },
      };
    },
    read: (look) => readNow(environment, look),
    readKept: async (question) => inWords(environment, () => readKept(environment, question)),
    change: (action, how) => transact(environment, action, how),
    version: async () => inWords(environment, () => lastTransactionId(environment)),
    readVersioned: (look) => readVersioned(environment, look),
    exclude: (work) => exclude(environment, work),
    excluded: () => environment.writing.excluding?.ended,
    demandInPlace: () => demandInPlace(environment),
    placeState: () => inWords(environment, () => placeState(environment)),
    demandSoundNotes: () =>
      inWords(environment, () => {
        const problem = localProblem(environment.local);
        if (problem) throw damagedDatabase(environment, problem);
      }),
    keepFound: async (found) => {
      await environment.change(() =>
        environment.records.recoverSum(found as Parameters<ChecksummedTable["recoverSum"]>[0]),
      );
    },
    bytes: () => bytesOf(environment),
    close,
    [Symbol.asyncDispose]: close,
  };
  return environment;
}

const syncNow = (root: RootDatabase): Promise<void> =>
  new Promise((resolve, reject) => {
    const { sync } = root as unknown as { sync(done: (error?: Error) => void): void };
    sync.call(root, (error) => (error ? reject(error) : resolve()));
  });

/** @throws what `look` throws; LMDB's errors as ones that a person can act on */
async function inWords<T>(environment: Environment, look: () => T | Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    throw databaseError(error, environment);
  }
}

/** @throws DATABASE_WRONG_KIND, DATABASE_TOO_NEW */
function demandOurs(found: Identity, { kind, dir }: OpenOptions): void {
  if (found.kind !== kind) {
    const what = isDatabaseKind(found.kind)
      ? `the ${found.kind} database`
      : `an unknown database ("${found.kind}")`;
    throw new FlowgError("DATABASE_WRONG_KIND", `${dir} holds ${what}, not the ${kind} database`, {
      hint: "check that the directory flags are not swapped",
    });
  }
  if (!(found.schema <= SCHEMA_VERSION)) {
    throw new FlowgError(
      "DATABASE_TOO_NEW",
      `the ${kind} database in ${dir} has schema ${found.schema}; this program knows ${SCHEMA_VERSION}`,
      { hint: "use the version of flowg that wrote it, or a later one" },
    );
  }
}

function holdsOnlyOurs(root: RootDatabase): boolean {
  for (const name of root.getKeys()) {
    // lmdb-js ends the names of tables with a zero byte
    if (
      !TABLES.has(
        Buffer.from(name as Buffer)
          .toString()
          .replace(/\0$/, ""),
      )
    )
      return false;
  }
  return true;
}

function table(root: RootDatabase, name: string, create: boolean): Table | undefined {
  // lmdb-js gives undefined, against its types, where a table is missing and may not be created
  return root.openDB<Buffer, Buffer>({ name, ...BYTES, create } as never) as Table | undefined;
}

function isEmpty(table: Table | undefined): boolean {
  return !table || table.getKeysCount({ limit: 1 }) === 0;
}

function missing({ kind, dir }: OpenOptions): FlowgError {
  return new FlowgError("DATABASE_MISSING", `there is no ${kind} database in ${dir}`, {
    hint: `give the right directory (--${flagOf(kind)}), or start \`flowg serve\` once to create it`,
  });
}

function flagOf(kind: DatabaseKind): string {
  return kind === "logs" ? "log-dir" : `${kind}-dir`;
}
