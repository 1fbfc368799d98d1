// A row is a key and its value. A source gives rows one after the other, in the order of their keys.

export interface Row {
  key: Buffer;
  value: Buffer;
}

export interface RowSource {
  /** The present row's key; undefined after the last row. */
  readonly key: Buffer | undefined;
  /** The present row's value. It may be large, so only this call reads it. */
  value(): Buffer;
  advance(): void;
}

/** Bytes of the two lengths before a row's key and value, in memory and in a file. */
export const ROW_HEAD_BYTES = 8;

/** Whether two keys are the same. It looks from their ends, where keys of entries differ. */
export function isSameKey(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let i = left.length - 1; i >= 0; i--) if (left[i] !== right[i]) return false;
  return true;
}

/**
 * Compares the keys of two rows that lie in the same memory. A loop: such keys are short, and begin alike.
 * @returns less than 0, 0, or more, as of `left - right`
 */
export function compareKeys(bytes: Buffer, left: number, right: number): number {
  const leftLength = bytes.readUInt32LE(left);
  const rightLength = bytes.readUInt32LE(right);
  const length = Math.min(leftLength, rightLength);
  const leftKey = left + ROW_HEAD_BYTES;
  const rightKey = right + ROW_HEAD_BYTES;
  for (let i = 0; i < length; i++) {
    const difference = (bytes[leftKey + i] as number) - (bytes[rightKey + i] as number);
    if (difference !== 0) return difference;
  }
  return leftLength - rightLength;
}
