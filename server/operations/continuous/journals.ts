// What is in the journals of a server's databases, as far as somebody has looked: how much waits, and up to which commit.

import type { DatabaseKind } from "../../records/kinds.js";
import { ownWrites } from "../../storage/around-writes.js";
import type { Changes, Database } from "../../storage/database.js";
import { commitKeys, commitsAfter, numberOf, readJournalNote } from "../../storage/journal/note.js";
import { clearSome, endJournal } from "../../storage/journal/shipping.js";
import { readState } from "../../storage/tracking/state.js";

const CLEARED_AT_ONCE = 2_000;

/** What was seen of one. */
export interface SeenJournal {
  /** The number of the last commit. */
  last: number;
  bytes: number;
  broken: string | undefined;
  /** Of the database's changes. */
  history: string | undefined;
}

/** Commits up to this number are so many bytes. */
interface Piece {
  last: number;
  bytes: number;
}

export class Journals {
  readonly #seen = new Map<DatabaseKind, SeenJournal>();
  readonly #pieces = new Map<DatabaseKind, Piece[]>();
  #looking: Promise<void> | undefined;

  constructor(readonly databases: readonly Database[]) {}

  /** Only what has come since the last look is read. One that is under way is everybody's. */
  look(): Promise<void> {
    this.#looking ??= this.#lookAtAll().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookAtAll(): Promise<void> {
    for (const database of this.databases) await this.#lookAt(database);
  }

  seen(kind: DatabaseKind): SeenJournal {
    return this.#seen.get(kind) ?? { last: 0, bytes: 0, broken: undefined, history: undefined };
  }

  /** Whether something is still there of which all is stored. */
  hasUpTo(kind: DatabaseKind, number: number): boolean {
    return this.#pieces.get(kind)?.some(({ last }) => last <= number) ?? false;
  }

  /** Commits up to this number are gone. */
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

/** Background work is nobody's: its writes are looked at by no one. */
export const change = <T>(database: Database, action: (changes: Changes) => T): Promise<T> =>
  ownWrites(() => database.change(action));

/** Others go on writing meanwhile. @param upTo a commit's number; all unless given */
export async function clearJournal(database: Database, upTo?: number): Promise<void> {
  const some = { most: CLEARED_AT_ONCE, ...(upTo === undefined ? {} : { upTo }) };
  const isAny = await database.read((instant) => commitKeys(instant, { limit: 1 }).length > 0);
  if (!isAny) return;
  while (await change(database, (changes) => clearSome(changes, some)));
}

/** Ends journals that an earlier run of the server has kept, where this one ships none. */
export async function withoutContinuous(databases: readonly Database[]): Promise<void> {
  for (const database of databases) {
    const isKept = await database.read((instant) => readJournalNote(instant) !== undefined);
    if (isKept) await change(database, endJournal);
    await clearJournal(database);
  }
}
