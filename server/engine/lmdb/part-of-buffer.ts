// The form in which lmdb-js takes a value that is a part of a buffer. Offsets count from the beginning of its memory.

export type PartOfBuffer = Buffer & { start: number; end: number };

export function partOf(bytes: Uint8Array): PartOfBuffer {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Object.assign(buffer, { start: 0, end: 0 });
}
