// Takes entries while a restore holds the database: it keeps them in a file, and stores them in the database once that is free.
// A restore is one transaction, and LMDB has one writer, so entries would have to wait for it.

import { FlowgError } from "../../../platform/errors.js";
import type { PreparedEntry } from "../../../records/logs/entry.js";
import type { Changes, Database } from "../../../storage/database.js";
import { deferredStored, noteDeferredStored } from "../../../storage/notes/deferred-entries.js";
import { isGone, makeStreams, putEntry, StreamStates } from "../write-entries.js";
import { DeferredFile, type ReadFrame } from "./deferred-file.js";

/** How large the file gets. Entries that come then wait for the restore. */
export const MAX_DEFERRED_BYTES = 64 * 1024 * 1024;
/** What an entry takes beside its value, roughly: its stream, its id and the names of its fields once more. */
const ENTRY_BYTES = 150;
/** Of a transaction. Requests that come meanwhile wait for it. */
const GROUP_ENTRIES = 500;
const GROUP_BYTES = 8 * 1024 * 1024;
/** How long after a failure it is tried again. */
const AGAIN_MS = 1_000;

export interface DeferringOptions {
  /** Called for each stream with the time of the oldest entry that was stored. */
  onStored: (stream: string, oldestMs: number) => void;
  /** Called once a file's entries are stored. */
  onAllStored: (entries: number) => void;
  /** Called when entries can't be kept or stored. They are tried again. */
  onError: (error: unknown) => void;
  /** The size that the file may have; {@link MAX_DEFERRED_BYTES} if absent. */
  maxBytes?: number | undefined;
}

export class Deferring {
  readonly #database: Database;
  readonly #options: DeferringOptions;
  #file: DeferredFile | undefined;
  /** Requests that were read from the file, and aren't stored yet. */
  #group: ReadFrame[] = [];
  /** Entries of this file that are stored. */
  #stored = 0;
  /** Requests that can't be stored, for a person to look at. */
  #refused = 0;
  #againMs = 0;
  #lastError: string | undefined;

  constructor(database: Database, options: DeferringOptions) {
    this.#database = database;
    this.#options = options;
  }

  /** Finds what an earlier process left. A file that can't be read is reported, and stays. */
  async find(): Promise<void> {
    try {
      this.#file ??= await DeferredFile.find(this.#database.dir);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  /** Whether there is something to store. */
  get hasWork(): boolean {
    return this.#file !== undefined;
  }

  /** How long until it may be tried, milliseconds. */
  get leftMs(): number {
    return Math.max(0, this.#againMs - performance.now());
  }

  /**
   * Keeps requests on the disk whose entries need nothing of what the restore may change. The others wait for it.
   * @returns of each request, whether it is kept
   * @throws DATABASE_REPLACED
   */
  async take(requests: readonly (readonly PreparedEntry[])[]): Promise<boolean[]> {
    const none = requests.map(() => false);
    this.#database.demandInPlace();
    const isReady = await this.#database.read((instant) => {
      const states = new StreamStates(instant);
      const takes = ({ stream }: PreparedEntry) => {
        const { isNew, problem, purge } = states.of(stream);
        return !isNew && !problem && !purge;
      };
      return requests.map((entries) => entries.every(takes));
    });
    const { maxBytes = MAX_DEFERRED_BYTES } = this.#options;
    let size = this.#file?.size ?? 0;
    const isTaken = requests.map((entries, at) => {
      if (!isReady[at]) return false;
      size += entries.reduce((sum, { value }) => sum + ENTRY_BYTES + value.length, 0);
      return size <= maxBytes;
    });
    const taken = requests.filter((_, at) => isTaken[at]);
    if (taken.length === 0) return none;
    try {
      if (this.#file && !this.#file.takesMore()) return none;
      this.#file ??= await DeferredFile.create(this.#database.dir);
      await this.#file.append(taken);
    } catch (error) {
      this.#tell(error);
      return none;
    }
    this.#database.demandInPlace();
    return isTaken;
  }

  /** Stores some of what was kept, and removes the file after the last. It reports a failure, and is called again later. */
  async store(): Promise<void> {
    const file = this.#file;
    if (!file) return;
    try {
      if (this.#group.length === 0) await readGroup(file, this.#group);
      // another restore may have begun meanwhile
      if (this.#database.excluded()) return;
      if (this.#group.length > 0) {
        const group = this.#group;
        const { states, entries, refused } = await this.#database.change((changes) =>
          writeGroup(changes, file.id, group),
        );
        this.#group = [];
        this.#stored += entries;
        this.#refused = refused;
        for (const [stream, oldestMs] of states.oldest()) this.#options.onStored(stream, oldestMs);
      } else await this.#finish(file);
      this.#lastError = undefined;
    } catch (error) {
      this.#againMs = performance.now() + AGAIN_MS;
      this.#tell(error);
    }
  }

  /** The file stays for the next start. */
  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  async #finish(file: DeferredFile): Promise<void> {
    // a file of that name may be another database's
    this.#database.demandInPlace();
    const { unread } = file;
    const kept = await file.remove({ keep: unread > 0 || this.#refused > 0 });
    const [stored, refused] = [this.#stored, this.#refused];
    this.#file = undefined;
    this.#stored = 0;
    this.#refused = 0;
    if (kept) this.#options.onError(leftOver({ kept, unread, refused }));
    if (stored > 0) this.#options.onAllStored(stored);
  }

  /** The same failure comes each second, and is told once. */
  #tell(error: unknown): void {
    const message = String(error);
    if (message !== this.#lastError) this.#options.onError(error);
    this.#lastError = message;
  }
}

/**
 * @param group gets the requests, also those before a failure
 * @throws FILE_UNAVAILABLE
 */
async function readGroup(file: DeferredFile, group: ReadFrame[]): Promise<void> {
  let entries = 0;
  let bytes = 0;
  while (entries < GROUP_ENTRIES && bytes < GROUP_BYTES) {
    const frame = await file.next();
    if (!frame) break;
    group.push(frame);
    entries += frame.entries.length;
    for (const { value } of frame.entries) bytes += value.length;
  }
}

interface GroupWritten {
  states: StreamStates;
  /** Entries that were stored. */
  entries: number;
  /** Requests of the file up to here that weren't, since their stream is damaged. */
  refused: number;
}

/** The senders have their answers, so the limit for making streams isn't asked again: a restore may have removed some. */
function writeGroup(changes: Changes, file: string, group: readonly ReadFrame[]): GroupWritten {
  const states = new StreamStates(changes);
  const { requests: stored, refused } = deferredStored(changes, file);
  const written: GroupWritten = { states, entries: 0, refused };
  for (const { number, entries } of group) {
    if (number <= stored) continue;
    // a stream that was deleted since takes the entries with it
    const left = entries.filter((entry) => !isGone(states.of(entry.stream), entry));
    if (left.some(({ stream }) => states.of(stream).problem)) {
      written.refused += 1;
      continue;
    }
    makeStreams(changes, states.newOf(left), states);
    for (const entry of left)
      putEntry(changes, entry, { state: states.of(entry.stream), isKnownNew: false });
    written.entries += left.length;
  }
  const last = group.at(-1)?.number ?? 0;
  if (last > stored)
    noteDeferredStored(changes, { file, requests: last, refused: written.refused });
  return written;
}

function leftOver({
  kept,
  unread,
  refused,
}: {
  kept: string;
  unread: number;
  refused: number;
}): FlowgError {
  const what =
    refused > 0
      ? `${refused} requests that came during a restore can't be stored, because their stream is damaged`
      : `${unread} bytes at the end of the entries that came during a restore can't be read`;
  return new FlowgError("DATABASE_DAMAGED", `${what}; they are kept in ${kept}`, {
    hint:
      refused > 0
        ? "repair the stream, and send them again: that file has their fields as JSON"
        : "where the server or the machine died then, nobody was answered for them; otherwise check the disk",
  });
}
