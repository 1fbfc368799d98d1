// Reads a data file that may be damaged anywhere, page by page with read(2). Pages past its end, and pages that the disk won't
// give, count as missing. All others are still read.

import { readSync } from "node:fs";
import { systemCode } from "../../../platform/errors.js";
import { FLAGS_AT, HEADER_BYTES, OVERFLOW } from "../tree/layout.js";
import { Pages, writtenBy } from "../tree/page-file.js";
import type { LargeValue } from "./proven-records.js";

export class DamagedFile {
  /** How many pages it has, counting a cut one at its end. */
  readonly pages: number;

  /** @param fd a number of an open file */
  constructor(
    private readonly fd: number,
    readonly pageSize: number,
    readonly bytes: number,
  ) {
    this.pages = Math.ceil(bytes / pageSize);
  }

  /** A page, in memory of its own. The rest of a cut page is zeros. Undefined if nothing of it is there. */
  page(number: number): Pages | undefined {
    if (number >= this.pages) return undefined;
    const pages = new Pages(this.pageSize, 1);
    return this.#read(pages.bytes, number * this.pageSize) > 0 ? pages : undefined;
  }

  /**
   * The bytes of a value that stands in pages of its own.
   * @param mayBe says whether a page that this transaction wrote may be the value's first
   * @returns undefined if the pages can't be the value's
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

/** The number that a page says it has. */
export const numberOf = (page: Pages): number =>
  page.view.getUint32(0, true) + page.view.getUint32(4, true) * 2 ** 32;
