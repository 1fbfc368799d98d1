/** A block of a snapshot before it is compressed: whole Badger records, keys ascending through all blocks. */
export interface RawBlock {
  bytes: Uint8Array;
  records: number;
  /** Whether a segment ends with it by its records: see cut.ts. The last block ends one always. */
  endsSegment?: boolean | undefined;
  /** Whether the next one goes on with what is one segment once that ends by its records: a piece of it, see cut.ts. */
  goesOn?: boolean | undefined;
  /** Sum of the checksums of its records, modulo 2^32; absent where they are not known. */
  checksums?: number | undefined;
}
