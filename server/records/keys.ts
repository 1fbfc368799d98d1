// Keys of records: segments joined by ESC (0x1B), which no name may contain. Bytes, compared bytewise.

/** The separator, as in FlowG since v0.61. */
export const SEPARATOR = "\x1b";
export const SEPARATOR_BYTE = 0x1b;

/** The longest key that lmdb-js lets LMDB take, with pages of 4 KiB. */
export const KEY_MAX_BYTES = 1978;

export type Key = Buffer;

/** `key("role", "admin")` is the bytes of `role␛admin`. The caller has checked the names. */
export function key(...segments: string[]): Key {
  return Buffer.from(segments.join(SEPARATOR));
}

/** The segments of a key, decoded. */
export function segments(key: Uint8Array): string[] {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString().split(SEPARATOR);
}

export interface KeyRange {
  start: Key;
  /** Exclusive. */
  end: Key;
}

export const isInRange = (key: Uint8Array, { start, end }: KeyRange): boolean =>
  Buffer.compare(key, start) >= 0 && Buffer.compare(key, end) < 0;

/** The beginning of keys with these segments and more: `keyHead("user")` is the bytes of `user␛`. */
export function keyHead(...segments: string[]): Buffer {
  return key(...segments, "");
}

/** All keys that begin with these segments and go on: `under("user")`, `under("token", "root")`. */
export function under(...prefix: string[]): KeyRange {
  const start = keyHead(...prefix);
  const end = Buffer.from(start);
  end[end.length - 1] = SEPARATOR_BYTE + 1;
  return { start, end };
}

/** Whether these bytes stand at `start`. A loop, because for the short heads of keys a native call takes longer. */
export function beginsWith(bytes: Uint8Array, start: number, head: Uint8Array): boolean {
  for (let i = 0; i < head.length; i++) if (bytes[start + i] !== head[i]) return false;
  return true;
}

/** The first segment of a key, which says the record's kind. */
export function firstSegment(key: Uint8Array): string {
  const end = key.indexOf(SEPARATOR_BYTE);
  return Buffer.from(key.buffer, key.byteOffset, end < 0 ? key.byteLength : end).toString("latin1");
}
