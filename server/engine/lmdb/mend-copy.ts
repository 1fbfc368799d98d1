// Completes LMDB's compact copy, which lacks two things (mdb.c of lmdb-js 3.5: mdb_env_copyfd1, mdb_env_cwalk). Its first meta
// page is empty, where otherwise the states of two transactions stand in turn. And all pages, except those of large values, say
// that transaction 1 wrote them. tree/check looks at both before a database is opened, to find stale pages. The copy also
// counts transactions from 1. This lets them go on where they were, so that no number comes twice in a database's life.

import { readSync, writeSync } from "node:fs";
import { FlowgError } from "../../platform/errors.js";
import {
  FLAGS_AT,
  HEADER_BYTES,
  META_BYTES,
  type Meta,
  metaIn,
  OVERFLOW,
  putMetaBefore,
  putTransactionId,
} from "./tree/layout.js";

const WRITTEN_AT = 8;
const WRITTEN_BY = 1n;

/**
 * Completes a copy, whose pages follow each other without a gap.
 * @param file the number of an open file
 * @param after the number of the original's last transaction
 * @throws NodeJS.ErrnoException
 */
export function mendCopy(file: number, after: number): void {
  const { pageSize } = metaAt(file, { number: 0, bytes: META_BYTES, at: 0 }).meta;
  const { meta, page } = metaAt(file, { number: 1, bytes: pageSize, at: pageSize });
  const head = new DataView(new ArrayBuffer(HEADER_BYTES));
  for (let number = 2; number <= meta.lastPage; ) {
    readAt(file, head, number * pageSize);
    const isLarge = head.getUint16(FLAGS_AT * 2, true) === OVERFLOW;
    if (isLarge) {
      head.setBigUint64(WRITTEN_AT, WRITTEN_BY, true);
      writeAt(file, head, number * pageSize);
    }
    number += isLarge ? Math.max(1, head.getUint32(20, true)) : 1;
  }
  const transactionId = nextOfSecondPage(after);
  putTransactionId(page, transactionId);
  writeAt(file, page, pageSize);
  putMetaBefore(page, { transactionId });
  writeAt(file, page, 0);
}

/** Transaction N writes meta page N % 2. */
const nextOfSecondPage = (after: number): number => after + (after % 2 === 0 ? 1 : 2);

function metaAt(
  file: number,
  { number, bytes, at }: { number: 0 | 1; bytes: number; at: number },
): { page: DataView; meta: Meta } {
  const page = new DataView(new ArrayBuffer(bytes));
  readAt(file, page, at);
  const meta = metaIn(new Uint8Array(page.buffer), number);
  if (!meta) throw unlike("no meta page");
  return { page, meta };
}

function readAt(file: number, page: DataView, position: number): void {
  if (readSync(file, page, 0, page.byteLength, position) !== page.byteLength)
    throw unlike("fewer pages than it says");
}

function writeAt(file: number, page: DataView, position: number): void {
  for (let done = 0; done < page.byteLength; )
    done += writeSync(file, page, done, page.byteLength - done, position + done);
}

const unlike = (what: string) =>
  new FlowgError("DATABASE_UNAVAILABLE", `LMDB's compact copy has ${what}`, {
    hint: "check the disk and its free space, and try again",
  });
