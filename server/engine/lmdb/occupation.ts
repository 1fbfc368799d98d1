// Tells which processes have a database open: one server at most, and any number of other processes, each with a number of its
// own. Both hold locks on the data file, past any end that it can have. So the locks end with their process, stay with the
// database under any name of its directory, and hold across containers (`platform/files/file-lock`).
//
// LMDB tells processes apart by number, and refuses a second reader with the same number. In two containers on one volume, the
// first process of each has number 1. A process that finds its number taken must start again as another process.

import { fstatSync, openSync, statSync } from "node:fs";
import { join } from "node:path";
import { FlowgError } from "../../platform/errors.js";
import { closeFile } from "../../platform/files/close-file.js";
import { type LockOutcome, tryLock } from "../../platform/files/file-lock.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { DATA_FILE } from "./data-file.js";

/** The byte that a server locks. No file grows so large. */
const SERVER_AT = 2 ** 52;
const PROCESSES_AT = SERVER_AT + 1;
/** The highest number that a process can have. */
const MAX_PID = 2 ** 22;
/** The byte that a process locks to have the database alone, without servers and other processes. */
const ALONE_AT = SERVER_AT - 1;
/** The byte that a process locks while it opens or closes the database: see `lock-file-turns`. */
export const TURN_AT = SERVER_AT - 2;
/** How often to try again because the file is another one once it is locked. */
const TRIES = 100;

export interface DatabaseAt {
  kind: DatabaseKind;
  dir: string;
}

/** A process's hold on a database. It lasts until it is disposed of, or the process dies. */
export class Occupation implements Disposable {
  private constructor(
    /** The descriptor of the data file. */
    readonly fd: number,
    private place: DatabaseAt,
  ) {}

  /**
   * Takes this process's number for a database. Takes nothing if there is no database, or it can't be read.
   * @throws DATABASE_UNAVAILABLE, with `details.processIdTaken`, if a process of another container has it
   */
  static take(place: DatabaseAt): Occupation | undefined {
    return openOccupation(place, (fd) => new Occupation(fd, place).#takeNumber());
  }

  /**
   * The same for a server.
   * @throws DATABASE_UNAVAILABLE also if there is a server: with `details.isServed`
   */
  static takeAsServer(place: DatabaseAt): Occupation | undefined {
    return openOccupation(place, (fd) => new Occupation(fd, place).#takeServer().#takeNumber());
  }

  /**
   * Keeps servers out of a database while another is put in its place.
   * @throws DATABASE_UNAVAILABLE, with `details.isServed`, if there is a server
   */
  static keepServersOut(place: DatabaseAt): Occupation | undefined {
    return openOccupation(place, (fd) => new Occupation(fd, place).#takeServer());
  }

  /**
   * Takes the whole database. No server and no other process of ours may have it open, or can open it from now on.
   * @throws DATABASE_UNAVAILABLE
   */
  static takeAlone(place: DatabaseAt): Occupation | undefined {
    return openOccupation(place, (fd) => new Occupation(fd, place).#takeAll());
  }

  /**
   * For the server that has a database open. No other process of ours may have it open, or can open it from now on.
   * @throws CONFLICT, DATABASE_UNAVAILABLE where that can't be found out
   */
  static keepOthersOut(place: DatabaseAt): Occupation {
    const taken = openOccupation(place, (fd) => new Occupation(fd, place).#takeAllButOwn());
    if (taken) return taken;
    throw cannotTell(place);
  }

  /** Takes note that the file has moved. */
  moved(to: DatabaseAt): void {
    this.place = to;
  }

  /** Whether it holds the database that is now in this directory. */
  isOf({ dir }: DatabaseAt): boolean {
    try {
      const found = statSync(join(dir, DATA_FILE), { bigint: true });
      const own = fstatSync(this.fd, { bigint: true });
      return found.dev === own.dev && found.ino === own.ino;
    } catch {
      return false;
    }
  }

  /** Whether no other process has it open. */
  isAlone(): boolean {
    let fd: number | undefined;
    try {
      // a lock taken through another open file shows like another process's
      fd = openSync(join(this.place.dir, DATA_FILE), "r");
      const before = { at: PROCESSES_AT, length: process.pid };
      const after = { at: PROCESSES_AT + process.pid + 1, length: MAX_PID };
      for (const range of [before, after])
        if (tryLock(fd, { ...range, shared: true }) !== "taken") return false;
      return true;
    } catch {
      return false;
    } finally {
      if (fd !== undefined) closeFile(fd);
    }
  }

  #takeAll(): this {
    this.#refuseCompacting();
    const { kind, dir } = this.place;
    const outcomes: [LockOutcome, string][] = [
      [tryLock(this.fd, { at: SERVER_AT }), "a server has"],
      [tryLock(this.fd, { at: PROCESSES_AT, length: MAX_PID + 1 }), "another command has"],
      [tryLock(this.fd, { at: ALONE_AT }), "another process has"],
    ];
    for (const [outcome, who] of outcomes) {
      if (outcome === "taken") continue;
      const message =
        outcome === "held"
          ? `${who} the ${kind} database in ${dir} open`
          : `whether anybody has the ${kind} database in ${dir} open can't be told: it can't be locked`;
      throw new FlowgError("DATABASE_UNAVAILABLE", message, {
        hint:
          outcome === "held"
            ? "first stop the program that uses it: the database must be closed meanwhile"
            : "run as its owner, on a file system that has locks",
      });
    }
    return this;
  }

  #takeAllButOwn(): this {
    const { kind, dir } = this.place;
    const before = { at: PROCESSES_AT, length: process.pid };
    const after = { at: PROCESSES_AT + process.pid + 1, length: MAX_PID - process.pid };
    for (const range of [{ at: ALONE_AT }, before, after]) {
      const outcome = tryLock(this.fd, range);
      if (outcome === "unknown") throw cannotTell(this.place);
      if (outcome === "taken") continue;
      throw new FlowgError("CONFLICT", `another process has the ${kind} database in ${dir} open`, {
        hint: "wait until it has ended (it may be a backup of the directory), and try again",
      });
    }
    return this;
  }

  /** @throws DATABASE_UNAVAILABLE */
  #refuseCompacting(): void {
    if (tryLock(this.fd, { at: ALONE_AT, shared: true }) !== "held") return;
    const { kind, dir } = this.place;
    throw new FlowgError(
      "DATABASE_UNAVAILABLE",
      `the ${kind} database in ${dir} is being compacted`,
      { hint: "wait until that has ended, and try again" },
    );
  }

  #takeServer(): this {
    if (this.#lock(SERVER_AT) !== "held") return this;
    this.#refuseCompacting();
    const { kind, dir } = this.place;
    throw new FlowgError(
      "DATABASE_UNAVAILABLE",
      `another server has the ${kind} database in ${dir} open`,
      {
        hint: "stop that server first, or give this one directories of its own",
        details: { isServed: true },
      },
    );
  }

  #takeNumber(): this {
    if (this.#lock(PROCESSES_AT + process.pid) !== "held") return this;
    this.#refuseCompacting();
    const { kind, dir } = this.place;
    throw new FlowgError(
      "DATABASE_UNAVAILABLE",
      `a process of another container has the ${kind} database in ${dir} open under this one's number, ${process.pid}`,
      {
        hint: "run it again, so that it gets another number, or let the containers share their process ids",
        details: { processIdTaken: true },
      },
    );
  }

  /** Locks a byte. A process that may only read the file can only share the lock, which shows it to writers. */
  #lock(at: number): LockOutcome {
    const outcome = tryLock(this.fd, { at });
    return outcome === "unknown" ? tryLock(this.fd, { at, shared: true }) : outcome;
  }

  [Symbol.dispose](): void {
    closeFile(this.fd);
  }
}

/**
 * Makes sure that nobody has a database open, for code that reads its file past LMDB. As long as the file is open, no process
 * of ours opens the database. A file that can't be locked, for example on a read-only disk, has no writers either.
 * @param fd the data file's descriptor
 * @throws DATABASE_UNAVAILABLE
 */
export function demandUnused(fd: number, dir: string): void {
  const places: [at: number, length: number, who: string][] = [
    [SERVER_AT, 1, "a server has"],
    [PROCESSES_AT, MAX_PID + 1, "another command has"],
    [ALONE_AT, 1, "another process has"],
  ];
  for (const [at, length, who] of places) {
    if (tryLock(fd, { at, length, shared: true }) !== "held") continue;
    throw new FlowgError("DATABASE_UNAVAILABLE", `${who} the database in ${dir} open`, {
      hint: "first stop the program that uses it: the database must be closed meanwhile",
    });
  }
}

const cannotTell = ({ kind, dir }: DatabaseAt) =>
  new FlowgError(
    "DATABASE_UNAVAILABLE",
    `whether anybody else has the ${kind} database in ${dir} open can't be told: it can't be locked`,
    { hint: "run as its owner, on a file system that has locks" },
  );

/** Opens and locks the data file. A compaction may replace the opened file before it is locked. */
function openOccupation(
  place: DatabaseAt,
  take: (fd: number) => Occupation,
): Occupation | undefined {
  for (let tries = 1; ; tries++) {
    const taken = tryToOpen(place, take);
    if (taken === undefined || tries === TRIES || taken.isOf(place)) return taken;
    taken[Symbol.dispose]();
  }
}

function tryToOpen({ dir }: DatabaseAt, take: (fd: number) => Occupation): Occupation | undefined {
  for (const flags of ["r+", "r"]) {
    let fd: number;
    try {
      fd = openSync(join(dir, DATA_FILE), flags);
    } catch {
      // the code that opens the database says what is wrong
      continue;
    }
    try {
      return take(fd);
    } catch (error) {
      closeFile(fd);
      throw error;
    }
  }
  return undefined;
}
