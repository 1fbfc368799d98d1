// How LMDB lays out a data file (mdb.c of lmdb-js 3.5: struct MDB_meta, MDB_db, MDB_page, MDB_node), 64-bit little-endian.
//
//   page    u64 its number, u64 the transaction that wrote it, u16 pad, u16 flags, u16 lower, u16 upper; or, of a large
//           value, u32 how many pages it takes; from byte 24 (PAGEBASE) the u16 offsets of nodes
//   lower, upper and the offsets of nodes count from byte 24, the end of the header, not from the beginning of the page
//   node    u16 low, u16 high, u16 flags, u16 length of the key, key, data. In a branch page low, high and flags are the
//           child's number. The data of a large value is where it stands: u64 page, u64 transaction, u64 pages
//   meta    after a page header: u32 magic, u32 version, u64 address, u64 map size, two trees (the free list, whose pad
//           is the page size, and the list of tables), u64 last used page, u64 transaction
//   tree    u32 pad, u16 flags, u16 depth, u64 branch pages, u64 leaf pages, u64 overflow pages, u64 entries, u64 root

export const HEADER_BYTES = 24;
export const NODE_HEADER_BYTES = 8;
export const TREE_BYTES = 48;
export const META_BYTES = 160;
/** Where the header's flags are, in units of two bytes. */
export const FLAGS_AT = 9;
export const LOWER_AT = 10;
export const UPPER_AT = 11;

export const BRANCH = 0x01;
export const LEAF = 0x02;
export const OVERFLOW = 0x04;
const META = 0x08;

/** The flag of a leaf's node whose data stands in pages of its own. */
export const BIG_DATA = 0x01;
/** The flag of a leaf's node whose data is a table's tree. */
export const SUB_DATA = 0x02;
/** The bytes of such data: page, transaction, pages. */
export const BIG_DATA_BYTES = 24;

const MAGIC = 0xbeefc0de;
/** MDB_DATA_VERSION of the LMDB in lmdb-js 3.5. */
const DATA_VERSION = 2;
const NO_PAGE = 0xffff_ffff_ffff_ffffn;
/** The most that can be mapped: 128 TiB. */
const ADDRESSABLE_BYTES = 2 ** 47;

/** Numbers beyond 2^53 are damage. They come out inexact, but as large. */
export interface Tree {
  flags: number;
  depth: number;
  branchPages: number;
  leafPages: number;
  overflowPages: number;
  entries: number;
  /** Undefined for a tree without records, which has no page. */
  root: number | undefined;
}

/** The state that a transaction has committed. */
export interface Meta {
  pageSize: number;
  freeList: Tree;
  tables: Tree;
  lastPage: number;
  transactionId: number;
}

export function treeAt(bytes: DataView, at: number): Tree {
  const root = bytes.getBigUint64(at + 40, true);
  return {
    flags: bytes.getUint16(at + 4, true),
    depth: bytes.getUint16(at + 6, true),
    branchPages: numberAt(bytes, at + 8),
    leafPages: numberAt(bytes, at + 16),
    overflowPages: numberAt(bytes, at + 24),
    entries: numberAt(bytes, at + 32),
    root: root === NO_PAGE ? undefined : Number(root),
  };
}

export const numberAt = (bytes: DataView, at: number): number =>
  Number(bytes.getBigUint64(at, true));

/**
 * The meta page in these bytes, if LMDB and we can rely on it.
 * @param number its place: 0 or 1
 */
export function metaIn(page: Uint8Array, number: 0 | 1): Meta | undefined {
  const bytes = new DataView(page.buffer, page.byteOffset, page.byteLength);
  if (page.byteLength < META_BYTES || bytes.getUint32(HEADER_BYTES, true) !== MAGIC)
    return undefined;
  const isMeta = bytes.getUint16(FLAGS_AT * 2, true) === META && numberAt(bytes, 0) === number;
  const pageSize = bytes.getUint32(HEADER_BYTES + 24, true);
  const isPageSize = pageSize >= 256 && pageSize <= 65536 && (pageSize & (pageSize - 1)) === 0;
  if (!isMeta || !isPageSize) return undefined;
  if (bytes.getUint32(HEADER_BYTES + 4, true) !== DATA_VERSION) return undefined;
  const meta: Meta = {
    pageSize,
    freeList: treeAt(bytes, HEADER_BYTES + 24),
    tables: treeAt(bytes, HEADER_BYTES + 24 + TREE_BYTES),
    lastPage: numberAt(bytes, HEADER_BYTES + 120),
    transactionId: numberAt(bytes, HEADER_BYTES + 128),
  };
  const isAddressable = meta.lastPage >= 1 && (meta.lastPage + 1) * pageSize <= ADDRESSABLE_BYTES;
  // transaction N writes page N % 2; both are of 0 when the file is new
  const isInPlace = meta.transactionId === 0 || meta.transactionId % 2 === number;
  return isAddressable && isInPlace && Number.isSafeInteger(meta.transactionId) ? meta : undefined;
}

/**
 * Turns the second meta page into the first one that an earlier transaction with the same state would have written.
 * @param meta the meta page's contents
 */
export function putMetaBefore(
  page: DataView,
  { transactionId }: Pick<Meta, "transactionId">,
): void {
  page.setBigUint64(0, 0n, true);
  putTransactionId(page, transactionId - 1);
}

/** Writes a meta page's transaction id. */
export const putTransactionId = (page: DataView, id: number): void =>
  page.setBigUint64(HEADER_BYTES + 128, BigInt(id), true);

/** The size of map that lmdb-js asks for. LMDB enlarges it as it needs more. */
const MAP_BYTES = 128 * 1024;
/** The flag of the free list: its keys are numbers. */
const INTEGER_KEYS = 0x08;

/**
 * The meta page of an empty file, as LMDB writes it.
 * @param page a page of zeros
 */
export function putEmptyMeta(page: DataView, number: number): void {
  page.setBigUint64(0, BigInt(number), true);
  page.setUint16(FLAGS_AT * 2, META, true);
  page.setUint32(HEADER_BYTES, MAGIC, true);
  page.setUint32(HEADER_BYTES + 4, DATA_VERSION, true);
  page.setBigUint64(HEADER_BYTES + 16, BigInt(MAP_BYTES), true);
  page.setUint32(HEADER_BYTES + 24, page.byteLength, true);
  page.setUint16(HEADER_BYTES + 28, INTEGER_KEYS, true);
  for (const tree of [HEADER_BYTES + 24, HEADER_BYTES + 24 + TREE_BYTES])
    page.setBigUint64(tree + 40, NO_PAGE, true);
  page.setBigUint64(HEADER_BYTES + 120, 1n, true);
}
