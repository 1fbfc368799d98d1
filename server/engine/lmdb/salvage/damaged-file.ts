// A data file that may be damaged anywhere, read page by page with read(2). Pages past its end, and those that the disk
// won't give, count as not there; all else goes on.

import { readSync } from "node:fs";
import { systemCode } from "../../../platform/errors.js";
import { FLAGS_AT, HEADER_BYTES, OVERFLOW } from "../tree/layout.js";
import { Pages, writtenBy } from "../tree/page-file.js";
import type { LargeValue } from "./proven-records.js";

export class DamagedFile {
  /** How many pages it has, counting one at its end that is cut. */
  readonly pages: number;

  /** @param fd a number of an open file */
  constructor(
    private readonly fd: number,
    readonly pageSize: number,
    readonly bytes: number,
  ) {
    this.pages = Math.ceil(bytes / pageSize);
  }

  /** A page in memory of its own, of one that is cut the rest zeros; undefined if nothing of it is there. */
  page(number: number): Pages | undefined {
    if (number >= this.pages) return undefined;
    const pages = new Pages(this.pageSize, 1);
    return this.#read(pages.bytes, number * this.pageSize) > 0 ? pages : undefined;
  }

  /**
   * The bytes of a value that stands in pages of its own.
   * @param mayBe whether a page that this transaction wrote may be its first
   * @returns undefined if they can't be its
   */
  large({ first, length }: LargeValue, mayBe: (wrote: number) => boolean): Uint8Array | undefined {
    if (first < 2 || first * this.pageSize + HEADER_BYTES + length > this.bytes) return undefined;
    const head = this.page(first);
    if (!head || numberOf(head) !== first || head.halves[FLAGS_AT] !== OVERFLOW) return undefined;
    if (!mayBe(writtenBy(head, 0))) return undefined;
    const value = new Uint8Array(length);
    const read = this.#read(value, first * this.pageSize + HEADER_BYTES);
    return read === length ? value : undefined;
  }

  #read(target: Uint8Array, start: number): number {
    let done = 0;
    try {
      while (done < target.byteLength) {
        const bytes = readSync(this.fd, target, done, target.byteLength - done, start + done);
        if (bytes === 0) break;
        done += bytes;
      }
    } catch (cause) {
      if (systemCode(cause) === undefined) throw cause;
    }
    return done;
  }
}

/** What a page says that its number is. */
export const numberOf = (page: Pages): number =>
  page.view.getUint32(0, true) + page.view.getUint32(4, true) * 2 ** 32;
