/** A block of a snapshot before it is compressed: whole Badger records, keys ascending through all blocks. */
export interface RawBlock {
  bytes: Uint8Array;
  records: number;
  /** Whether its records end a segment (see cut.ts). The last block always ends one. */
  endsSegment?: boolean | undefined;
  /** Whether it ends a piece, and the next block goes on with the same segment (see cut.ts). */
  goesOn?: boolean | undefined;
  /** Sum of the checksums of its records, modulo 2^32; absent where they are not known. */
  checksums?: number | undefined;
}
