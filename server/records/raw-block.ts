/** A block of a snapshot before it is compressed: whole Badger records, keys ascending through all blocks. */
export interface RawBlock {
  bytes: Uint8Array;
  entries: number;
}
