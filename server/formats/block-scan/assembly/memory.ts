// Lays out the module's memory, which never grows. JavaScript reads these addresses from the exports.

import { WINDOW_BYTES } from "./members";

/** The largest block that is scanned: twice the size that blocks are made to. */
export const BLOCK_BYTES: u32 = 2 << 20;
/** How far a load at a block's last byte may reach past it. */
const PAST_BYTES: u32 = WINDOW_BYTES;

export const MAX_RECORDS: u32 = 1 << 14;
export const MAX_RUNS: u32 = 1 << 10;
export const MAX_FIELDS: u32 = 64;
export const MAX_POSTINGS: u32 = 1 << 15;
export const NAMES_BYTES: u32 = 1 << 16;
export const HEADS_BYTES: u32 = 2 << 20;
/** A power of two, twice as many as there can be lists. */
export const SLOTS: u32 = MAX_POSTINGS << 1;
/** Milliseconds, u64 big-endian, and the 16 bytes of the UUID. */
export const MOMENT_BYTES: u32 = 24;

/** The block. */
export const block: usize = memory.data(BLOCK_BYTES + PAST_BYTES, 16);
/** For each record, as offsets in the block: where its key begins and ends, where its value begins and ends. */
export const records: usize = memory.data(MAX_RECORDS << 4, 16);
/** For each run: the number of its first record, the bytes of its scope, its records, the bytes of their keys and values. */
export const runs: usize = memory.data(MAX_RUNS << 4, 16);
/** The numbers of records that only the rules can judge. */
export const unsure: usize = memory.data(MAX_RECORDS << 2, 16);
/** The checksum of each record. */
export const checksums: usize = memory.data(MAX_RECORDS << 2, 16);

/** For each indexed field: where its name is, the name's bytes, where the prefix of its heads is, the prefix's bytes. */
export const fields: usize = memory.data(MAX_FIELDS << 4, 16);
/** For each indexed field of the present entry: where its value begins (0: it has none) and ends. */
export const values: usize = memory.data(MAX_FIELDS << 3, 16);
/** Room for those names and prefixes. */
export const names: usize = memory.data(NAMES_BYTES, 16);

/** Heads of posting lists, one after the other. */
export const heads: usize = memory.data(HEADS_BYTES + PAST_BYTES, 16);
/** For each list: where its head begins and ends, as offsets in `heads`, how many postings it has, where the next one goes. */
export const lists: usize = memory.data(MAX_POSTINGS << 4, 16);
/** A hash table of lists. It holds their numbers plus one; 0 marks an empty slot. */
export const slots: usize = memory.data(SLOTS << 2, 16);

/** Postings as they come: the number of each one's list, the number of its record, and its moment. */
export const listOf: usize = memory.data(MAX_POSTINGS << 2, 16);
export const ownerOf: usize = memory.data(MAX_POSTINGS << 2, 16);
export const momentOf: usize = memory.data(MAX_POSTINGS * MOMENT_BYTES, 16);
/** The same, list by list: moments, and the numbers of their records. */
export const moments: usize = memory.data(MAX_POSTINGS * MOMENT_BYTES, 16);
export const owners: usize = memory.data(MAX_POSTINGS << 2, 16);
