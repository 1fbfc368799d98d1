// The two meta pages: each transaction writes its state to one of them, in turn.

import { readSync } from "node:fs";
import { META_BYTES, type Meta, metaIn } from "./layout.js";

/** How many times to look at a file whose meta pages are written meanwhile. */
const TRIES = 100;

export interface Metas {
  newer: Meta;
  older: Meta;
  /** The bytes of both pages. If two readings are equal, no write was under way. */
  bytes: Uint8Array;
}

/**
 * The two states that a data file holds; undefined if they can't be read. LMDB trusts the first meta page unchecked, and then
 * takes the newer one. So both must be sound, and of transactions that follow each other.
 * @param file a number of an open file
 * @throws NodeJS.ErrnoException
 */
export function readMetas(file: number): Metas | undefined {
  let before: Uint8Array = new Uint8Array(0);
  for (let tries = 0; tries < TRIES; tries++) {
    const bytes = readBoth(file);
    const [first, second] = [bytes.subarray(0, META_BYTES), bytes.subarray(META_BYTES)];
    const metas = ordered(metaIn(first, 0), metaIn(second, 1));
    if (metas) return { newer: metas[0], older: metas[1], bytes };
    // bytes that are the same twice aren't being written
    if (Buffer.compare(bytes, before) === 0) return undefined;
    before = bytes;
  }
  return undefined;
}

function ordered(first: Meta | undefined, second: Meta | undefined): [Meta, Meta] | undefined {
  if (!first || !second || first.pageSize !== second.pageSize) return undefined;
  const apart = second.transactionId - first.transactionId;
  // both are of transaction 0 when the file is new
  if (apart === 0 ? first.transactionId !== 0 : Math.abs(apart) !== 1) return undefined;
  return apart > 0 ? [second, first] : [first, second];
}

function readBoth(file: number): Uint8Array {
  const bytes = new Uint8Array(2 * META_BYTES);
  const read = (to: Uint8Array, position: number) =>
    readSync(file, to, 0, META_BYTES, position) === META_BYTES;
  const first = bytes.subarray(0, META_BYTES);
  if (!read(first, 0)) return bytes;
  const pageSize = metaIn(first, 0)?.pageSize;
  if (pageSize !== undefined) read(bytes.subarray(META_BYTES), pageSize);
  return bytes;
}
