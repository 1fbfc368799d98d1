// The checksum of one record, for JavaScript (see `../checksum.ts`).

import * as xxh64 from "./xxh64";

/** Room for a record. Longer values are taken piece by piece. */
export const ROOM_BYTES: u32 = 1 << 17;
export const room: usize = memory.data(ROOM_BYTES, 16);

/** The checksum of the record in the room: its key, directly followed by its value. */
export function checksum(keyBytes: u32, valueBytes: u32): u32 {
  const valueStart = room + (keyBytes as usize);
  return xxh64.recordChecksum(room, valueStart, valueStart, valueStart + (valueBytes as usize));
}

/** Begins a record whose value is longer than the room. The room holds its key. */
export function begin(keyBytes: u32): void {
  xxh64.begin(xxh64.xxh64(room, room + (keyBytes as usize), 0));
}

/** Takes the next piece of the value. All pieces but the last must be whole stripes. */
export function take(bytes: u32): void {
  xxh64.takeStripes(room, room + (bytes as usize));
}

/** Takes the last piece of a value of `total` bytes, and gives the record's checksum. */
export function finish(bytes: u32, total: f64): u32 {
  const end = room + (bytes as usize);
  return xxh64.finish(xxh64.takeStripes(room, end), end, total as u64) as u32;
}
