// Finds records that the tree no longer leads to, by a look at all pages. If a record is on several pages, the one on a page in
// use counts, otherwise the one on the page that was written last.

import { Sorter } from "../../../formats/flowg/sorter.js";
import { FLAGS_AT, LEAF } from "../tree/layout.js";
import { writtenBy } from "../tree/page-file.js";
import { type DamagedFile, numberOf } from "./damaged-file.js";
import type { DamagedState } from "./damaged-state.js";
import { type Proven, recordsOn } from "./proven-records.js";

/** Keys from `from` up to `to`, which is exclusive. */
export interface LostKeys {
  from: Uint8Array | undefined;
  to: Uint8Array | undefined;
}

export interface FoundRecord extends Proven {
  /** Whether it stands on a page that may be left over from an earlier state. */
  mayBeOlder: boolean;
}

export interface Unreachable {
  file: DamagedFile;
  /** The newest state, where there is one. It knows which pages are in use. */
  state: DamagedState | undefined;
  isOurs: (key: Uint8Array) => boolean;
  /** The ranges to search for; ascending. */
  lost: readonly LostKeys[];
  /** How many records there are in it, where that is known. */
  missing: number | undefined;
  scratchDir: string;
  signal?: AbortSignal | undefined;
}

const RUN_BYTES = 32 * 1024 * 1024;
/** The bytes before a record's value: its checksum, whether its page is in use, the transaction that wrote the page. */
const HEAD_BYTES = 16;
/** After so many pages, other work gets a turn. */
const PAGES_AT_ONCE = 1024;

export class UnreachableRecords {
  readonly #sorter: Sorter;
  /**
   * Whether the pages in use hold all missing records. What is left over from earlier states was then changed or removed since.
   */
  #isEnough = false;

  private constructor(scratchDir: string) {
    this.#sorter = new Sorter({
      dir: scratchDir,
      runBytes: RUN_BYTES,
      supersedes: (value, old) => compareRank(value, old) > 0,
    });
  }

  /** @throws DISK_FULL, CANCELLED */
  static async find(what: Unreachable): Promise<UnreachableRecords> {
    const found = new UnreachableRecords(what.scratchDir);
    try {
      await found.#search(what);
      found.#isEnough = what.missing !== undefined && found.#inUse() >= what.missing;
      return found;
    } catch (error) {
      found.close();
      throw error;
    }
  }

  /** Yields the records in the order of their keys. It can be called once. */
  *records(): Generator<FoundRecord> {
    for (const { key, value } of this.#sorter.rows()) {
      if (this.#isEnough && !isInUse(value)) continue;
      yield {
        key,
        value: value.subarray(HEAD_BYTES),
        checksum: value.readUInt32LE(0),
        mayBeOlder: !isInUse(value),
      };
    }
  }

  close(): void {
    this.#sorter.close();
  }

  #inUse(): number {
    let count = 0;
    for (const { value } of this.#sorter.rows()) if (isInUse(value)) count++;
    return count;
  }

  async #search({ file, state, isOurs, lost, signal }: Unreachable): Promise<void> {
    const newest = state?.meta.transactionId ?? Number.POSITIVE_INFINITY;
    const lastPage = state?.meta.lastPage ?? 0;
    const large = (at: Parameters<DamagedFile["large"]>[0]) =>
      file.large(at, (wrote) => wrote <= newest);
    for (let number = 2; number < file.pages; number++) {
      if (number % PAGES_AT_ONCE === 0) {
        await this.#sorter.mergeRuns(() => signal?.throwIfAborted());
        signal?.throwIfAborted();
      }
      const page = file.page(number);
      if (!page || page.halves[FLAGS_AT] !== LEAF) continue;
      const wrote = writtenBy(page, 0);
      const isOfToday =
        state?.free.isWhole === true &&
        !state.free.isFree(number) &&
        number <= lastPage &&
        numberOf(page) === number &&
        wrote <= newest;
      for (const one of recordsOn(page, { isOurs, large }))
        if ("key" in one && isLost(lost, one.key)) this.#add(one, { isInUse: isOfToday, wrote });
    }
  }

  #add({ key, value, checksum }: Proven, { isInUse, wrote }: { isInUse: boolean; wrote: number }) {
    const held = Buffer.allocUnsafe(HEAD_BYTES + value.byteLength);
    held.writeUInt32LE(checksum, 0);
    held.writeUInt32LE(isInUse ? 1 : 0, 4);
    held.writeDoubleLE(wrote, 8);
    held.set(value, HEAD_BYTES);
    this.#sorter.add(key, held);
  }
}

const isInUse = (value: Buffer): boolean => value.readUInt32LE(4) === 1;

/** Orders records in use before all others, then those written later before those written earlier. */
export const compareRank = (a: Buffer, b: Buffer): number =>
  a.readUInt32LE(4) - b.readUInt32LE(4) || a.readDoubleLE(8) - b.readDoubleLE(8);

function isLost(lost: readonly LostKeys[], key: Uint8Array): boolean {
  let low = 0;
  let high = lost.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const { to } = lost[middle] as LostKeys;
    if (to && Buffer.compare(to, key) <= 0) low = middle + 1;
    else high = middle;
  }
  const found = lost[low];
  return found !== undefined && (!found.from || Buffer.compare(key, found.from) >= 0);
}
