// Checks pages just before their records are read, for a backup that reads only what has changed. Checking all pages first
// would take as long as reading the whole database. The pages are checked in the state that the backup's read transaction
// holds.

import { fstatSync, openSync } from "node:fs";
import { join } from "node:path";
import type { Transaction } from "lmdb";
import { closeFile } from "../../../platform/files/close-file.js";
import type { DatabaseKind } from "../../../records/kinds.js";
import { DATA_FILE } from "../data-file.js";
import type { Environment } from "../environment.js";
import { metasOf, stateRead } from "../held-state.js";
import { readsLatest } from "../last-commit.js";
import { pageError } from "../sound-pages.js";
import type { Meta } from "../tree/layout.js";
import { PageFile } from "../tree/page-file.js";
import { checkTable, tablesIn } from "../tree/tables.js";
import { holdOneInstant, type OneInstant } from "./instant.js";
import type { WalkedRange } from "./walked-table.js";

export interface HeldStates extends OneInstant {
  /** The databases whose pages are checked as they are read. */
  looks: Map<DatabaseKind, LateLook>;
}

/** The most tries. A busy server commits some hundred times a second, and a try takes microseconds. */
const TRIES = 1000;

/**
 * Begins a read transaction on each database, all of one instant.
 * @returns the looks; none where it can't be found out which states these are
 */
export function holdKnownStates(databases: ReadonlyMap<DatabaseKind, Environment>): HeldStates {
  const files = new Map<DatabaseKind, DataFile>();
  try {
    for (const [kind, database] of databases) files.set(kind, new DataFile(database));
    return holdStates(databases, files);
  } catch (error) {
    for (const file of files.values()) file.close();
    throw error;
  }
}

function holdStates(
  databases: ReadonlyMap<DatabaseKind, Environment>,
  files: ReadonlyMap<DatabaseKind, DataFile>,
): HeldStates {
  for (let tries = 1; ; tries++) {
    const before = new Map([...files].map(([kind, file]) => [kind, file.metas()]));
    const { held, at } = holdOneInstant(databases);
    const looks = new Map<DatabaseKind, LateLook>();
    try {
      for (const [kind, file] of files) {
        const first = before.get(kind);
        const transaction = held.get(kind) as Transaction;
        // asked between the two looks, because after a commit behind the second, an older state would be taken for this one
        const isLatest = readsLatest(file.database, transaction);
        const meta = first && stateRead(first, file.metas(), isLatest);
        if (meta) looks.set(kind, new LateLook(file, meta));
      }
    } catch (error) {
      for (const transaction of held.values()) transaction.done();
      throw error;
    }
    if (looks.size === databases.size) return { held, at, looks };
    if (tries === TRIES) {
      for (const file of files.values()) file.close();
      return { held, at, looks: new Map() };
    }
    for (const transaction of held.values()) transaction.done();
  }
}

/** The data file of a database, read past LMDB. */
class DataFile {
  readonly path: string;
  readonly number: number;

  constructor(readonly database: Environment) {
    this.path = join(database.dir, DATA_FILE);
    this.number = openSync(this.path, "r");
  }

  /** The meta pages; undefined where they are not what LMDB writes. */
  metas() {
    try {
      return metasOf(this.number);
    } catch (error) {
      throw this.inWords(error);
    }
  }

  get size(): number {
    return fstatSync(this.number).size;
  }

  inWords(error: unknown): unknown {
    return pageError(error, { path: this.path, size: this.size });
  }

  close(): void {
    closeFile(this.number);
  }
}

export class LateLook {
  #isDone = false;

  constructor(
    private readonly file: DataFile,
    private readonly meta: Meta,
  ) {}

  /** Whether the file lacks pages at its end. They need not be in use. */
  get isShort(): boolean {
    const { lastPage, pageSize } = this.meta;
    return this.file.size < (lastPage + 1) * pageSize;
  }

  /**
   * Checks the pages of the records with these keys.
   * @throws DATABASE_INVALID, DATABASE_UNAVAILABLE
   */
  demandSound(range?: WalkedRange): void {
    if (this.#isDone) return;
    try {
      const pages = new PageFile(this.file.number, this.meta);
      for (const table of tablesIn(pages))
        if (table.name === "records") checkTable(pages, table, range);
    } catch (error) {
      throw this.file.inWords(error);
    }
    this.#isDone = range === undefined;
  }

  close(): void {
    this.file.close();
  }
}
