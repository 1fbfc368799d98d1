// The one place where records change outside a restore's bulk path. In the same transaction, this changes the data derived from
// a record, tracks the part that the record is in (see tracking), and adds the change to the journal, where there is one (see
// journal).

import type { KeyRange } from "../records/keys.js";
import type { DatabaseKind } from "../records/kinds.js";
import type { Changes, Database, Question } from "./database.js";
import type { Derivation } from "./derived/derivation.js";
import { LogDerivation } from "./derived/log-derivation.js";
import { TokenDerivation } from "./derived/token-derivation.js";
import { Journal } from "./journal/journal.js";
import type {
  CountedChanges,
  Instant,
  Ledger,
  ReadTable,
  WriteTable,
  WriteTables,
} from "./tables.js";
import { Tracker } from "./tracking/tracker.js";

const DERIVATIONS: Record<DatabaseKind, (tables: WriteTables) => Derivation | undefined> = {
  auth: (tables) => new TokenDerivation(tables),
  config: () => undefined,
  logs: (tables) => new LogDerivation(tables),
};

export interface Changed {
  kind: DatabaseKind;
  tables: WriteTables;
  /** Gives another database of the same engine as it is now. */
  at: (database: Database) => Instant;
  /** Like `at`, with an answer that may be kept. */
  keptAt: <T>(database: Database, question: Question<T>) => T;
}

export class RecordChanges implements Changes {
  readonly records: ReadTable;
  readonly local: WriteTable;
  readonly at: Changed["at"];
  readonly keptAt: Changed["keptAt"];
  readonly #records: WriteTable;
  readonly #derived: WriteTable;
  readonly #derivation: Derivation | undefined;
  readonly #tracker: Tracker;
  readonly #journal: Journal;
  readonly #ledger: Ledger;

  constructor({ kind, tables, at, keptAt }: Changed) {
    this.records = tables.records;
    this.local = tables.local;
    this.at = at;
    this.keptAt = keptAt;
    this.#records = tables.records;
    this.#derived = tables.derived;
    this.#derivation = DERIVATIONS[kind](tables);
    this.#tracker = new Tracker(kind, tables);
    this.#journal = new Journal(kind, tables);
    this.#ledger = tables.ledger;
  }

  get derived(): WriteTable {
    this.#derivation?.finish();
    return this.#derived;
  }

  put(key: Uint8Array, value: Uint8Array, parsed?: unknown): void {
    const old = this.#records.put(key, value);
    this.#tracker.changed(key);
    this.#journal.put(key, value);
    this.#derivation?.changed({ key, old, value, parsed });
  }

  putNew(key: Uint8Array, value: Uint8Array, parsed?: unknown): void {
    this.#records.putNew(key, value);
    this.#tracker.changed(key);
    this.#journal.put(key, value);
    this.#derivation?.changed({ key, old: undefined, value, parsed });
  }

  remove(key: Uint8Array): void {
    const old = this.#records.remove(key);
    if (!old) return;
    this.#tracker.changed(key);
    this.#journal.remove(key);
    this.#derivation?.changed({ key, old, value: undefined, parsed: undefined });
  }

  gone(range: KeyRange): void {
    this.#journal.removeRange(range);
  }

  get counted(): CountedChanges | undefined {
    return this.#ledger.read();
  }

  endEpoch(): void {
    this.#tracker.finish();
    this.#journal.finish();
    this.#tracker.endEpoch();
  }

  /** Call it at the end of the transaction, even of one that throws, because what was written stays. */
  finish(): void {
    this.#derivation?.finish();
    this.#tracker.finish();
    this.#journal.finish();
  }
}
