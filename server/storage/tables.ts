// The rest of the program sees a database as three sorted tables of keys and values, at one instant or inside one transaction.
// A snapshot holds `records`. `derived` is computed from them. `local` belongs to this installation (ended sessions, unfinished
// work, the mark of the last restore).

/** Keys from `start` up to `end`, compared bytewise. */
export interface TableRange {
  start?: Uint8Array | undefined;
  /** Exclusive. */
  end?: Uint8Array | undefined;
  /** The same keys, from the last to the first. */
  reverse?: boolean | undefined;
  /** At most so many records. */
  limit?: number | undefined;
}

/** A value as it was found, whole or damaged. */
export interface FoundValue {
  value: Buffer;
  isWhole: boolean;
}

export interface FoundRecord extends FoundValue {
  key: Buffer;
}

export interface ReadTable {
  /** @throws DATABASE_DAMAGED */
  get(key: Uint8Array): Buffer | undefined;
  /** The same, with damaged values. */
  find(key: Uint8Array): FoundValue | undefined;
  has(key: Uint8Array): boolean;
  /**
   * Records in the order of their keys.
   * @throws DATABASE_DAMAGED
   */
  range(range?: TableRange): Iterable<{ key: Buffer; value: Buffer }>;
  /** The same, with damaged records. */
  findRange(range?: TableRange): Iterable<FoundRecord>;
  /** The keys of a range, without a look at the values. */
  keys(range?: TableRange): Iterable<Buffer>;
  count(range?: TableRange): number;
}

export interface WriteTable extends ReadTable {
  /** @returns what was there before */
  put(key: Uint8Array, value: Uint8Array): FoundValue | undefined;
  /** The same for a key that holds a random UUID made for it, so that nothing can be there. */
  putNew(key: Uint8Array, value: Uint8Array): void;
  /** @returns what was there */
  remove(key: Uint8Array): FoundValue | undefined;
}

/** A database as it is at one instant. */
export interface Instant {
  readonly records: ReadTable;
  readonly derived: ReadTable;
  readonly local: ReadTable;
}

/** The tables of one transaction, for work that changes no records. */
export interface SideTables extends Instant {
  readonly derived: WriteTable;
  readonly local: WriteTable;
}

/** All tables of one transaction as an engine has them. RecordChanges writes to them. */
export interface WriteTables extends SideTables {
  readonly records: WriteTable;
  readonly ledger: WriteLedger;
}

/** How often records were changed, as counted by writers that track their changes (see tracking). */
export interface Ledger {
  /** Undefined where changes aren't counted, or a program that doesn't count has changed records since. */
  read(): CountedChanges | undefined;
}

export interface CountedChanges {
  history: string;
  /** The run in which they were counted last: see tracking/state. */
  run: string;
  changes: number;
}

export interface WriteLedger extends Ledger {
  /** Writes the count. Each transaction that changes records must do this, or the count is lost. */
  write(counted: CountedChanges): void;
  /** What one opening of the database knows, until it is closed. */
  readonly writer: Writer;
}

export interface Writer {
  /** The run that it began last. */
  run?: string;
  /** The parts that it has tracked: see tracking/tracker. */
  tracked?: object | undefined;
  /** The writer's knowledge of the journal: see journal/journal. */
  journal?: object | undefined;
}
