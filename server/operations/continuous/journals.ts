// What the journals of a server's databases hold, as of the last look: how much waits, and up to which commit.

import type { DatabaseKind } from "../../records/kinds.js";
import { ownWrites } from "../../storage/around-writes.js";
import type { Changes, Database } from "../../storage/database.js";
import {
  commitKeys,
  commitsAfter,
  endJournal,
  numberOf,
  readJournalNote,
} from "../../storage/journal/note.js";
import { clearSome } from "../../storage/journal/shipping.js";
import { readState } from "../../storage/tracking/state.js";

const CLEARED_AT_ONCE = 2_000;

/** What a look saw of one journal. */
export interface SeenJournal {
  /** The number of the last commit. */
  last: number;
  bytes: number;
  broken: string | undefined;
  /** The history of the database's changes. */
  history: string | undefined;
}

/** The bytes that the commits up to this number take. */
interface Piece {
  last: number;
  bytes: number;
}

export class Journals {
  readonly #seen = new Map<DatabaseKind, SeenJournal>();
  readonly #pieces = new Map<DatabaseKind, Piece[]>();
  #looking: Promise<void> | undefined;
  #lookedAt = 0;

  constructor(readonly databases: readonly Database[]) {}

  /** Reads what has come since the last look. Calls meanwhile share the look that is under way. */
  look(): Promise<void> {
    this.#looking ??= this.#lookAtAll().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookAtAll(): Promise<void> {
    const begun = Date.now();
    for (const database of this.databases) await this.#lookAt(database);
    this.#lookedAt = begun;
  }

  /** The last look has seen all commits before this instant, milliseconds since 1970. */
  get lookedAt(): number {
    return this.#lookedAt;
  }

  seen(kind: DatabaseKind): SeenJournal {
    return this.#seen.get(kind) ?? { last: 0, bytes: 0, broken: undefined, history: undefined };
  }

  /** Whether a journal still holds commits up to this number. */
  hasUpTo(kind: DatabaseKind, number: number): boolean {
    return this.#pieces.get(kind)?.some(({ last }) => last <= number) ?? false;
  }

  /** Notes that the commits up to this number were removed. */
  cleared(kind: DatabaseKind, upTo: number): void {
    const pieces = this.#pieces.get(kind) ?? [];
    const left = pieces.filter(({ last }) => last > upTo);
    this.#pieces.set(kind, left);
    const seen = this.#seen.get(kind);
    if (seen) seen.bytes = sumOf(left);
  }

  async #lookAt(database: Database): Promise<void> {
    const { kind } = database;
    const { last: before } = this.seen(kind);
    const found = await database.read((instant) => {
      let last = before;
      let bytes = 0;
      for (const { key, value } of commitsAfter(instant, before)) {
        last = numberOf(key);
        bytes += value.length;
      }
      const { broken } = readJournalNote(instant) ?? {};
      return { last, bytes, broken, history: readState(instant)?.history };
    });
    const pieces = this.#pieces.get(kind) ?? [];
    if (found.bytes > 0) pieces.push({ last: found.last, bytes: found.bytes });
    this.#pieces.set(kind, pieces);
    this.#seen.set(kind, { ...found, bytes: sumOf(pieces) });
  }
}

const sumOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, { bytes }) => sum + bytes, 0);

/** Makes a change on the backup's own behalf: no caller's permission is checked. */
export const change = <T>(database: Database, action: (changes: Changes) => T): Promise<T> =>
  ownWrites(() => database.change(action));

/** Removes all commits in small transactions, between which others write. */
export async function clearJournal(database: Database): Promise<void> {
  const isAny = await database.read((instant) => commitKeys(instant, { limit: 1 }).length > 0);
  if (!isAny) return;
  while (await change(database, (changes) => clearSome(changes, { most: CLEARED_AT_ONCE })));
}

/** Ends the journals that an earlier run of the server kept, where this run ships none. */
export async function withoutContinuous(databases: readonly Database[]): Promise<void> {
  for (const database of databases) {
    const isKept = await database.read((instant) => readJournalNote(instant) !== undefined);
    if (isKept) await change(database, endJournal);
    await clearJournal(database);
  }
}
