// The checksum that each record carries: the low 32 bits of XXH64 over its value, with XXH64 over its key as the seed.
// WebAssembly, made from `assembly/`, works it out. For records as short as ours it takes a third of the time of zlib's CRC-32,
// the copy into its memory included.

import { webAssemblyExports } from "../web-assembly.js";
import { MODULE } from "./module.js";
import { recordChecksum as withoutWasm } from "./without-wasm.js";

interface Exports {
  memory: { buffer: ArrayBuffer };
  room: { value: number };
  ROOM_BYTES: { value: number };
  checksum(keyBytes: number, valueBytes: number): number;
  begin(keyBytes: number): void;
  take(bytes: number): void;
  finish(bytes: number, total: number): number;
}

export const CHECKSUM_BYTES = 4;

class Wasm {
  readonly #exports: Exports;
  readonly room: Uint8Array;

  /** @throws RangeError if there isn't enough memory */
  constructor() {
    this.#exports = webAssemblyExports(MODULE) as Exports;
    const { memory, room, ROOM_BYTES } = this.#exports;
    this.room = new Uint8Array(memory.buffer, room.value, ROOM_BYTES.value);
  }

  checksum(key: Uint8Array, value: Uint8Array): number {
    const room = this.room;
    if (key.length + value.length > room.length) return this.#ofLarge(key, value);
    room.set(key);
    room.set(value, key.length);
    return this.#exports.checksum(key.length, value.length) >>> 0;
  }

  /** Whether a record and its checksum fit into the room together. */
  hasRoomFor(key: Uint8Array, value: Uint8Array): boolean {
    return key.length + value.length + CHECKSUM_BYTES <= this.room.length;
  }

  #ofLarge(key: Uint8Array, value: Uint8Array): number {
    const room = this.room;
    room.set(key);
    this.#exports.begin(key.length);
    let at = 0;
    for (; value.length - at > room.length; at += room.length) {
      room.set(value.subarray(at, at + room.length));
      this.#exports.take(room.length);
    }
    room.set(value.subarray(at));
    return this.#exports.finish(value.length - at, value.length) >>> 0;
  }
}

/** Undefined if there isn't enough memory. */
let wasm: Wasm | undefined;
try {
  wasm = new Wasm();
} catch (cause) {
  if (!(cause instanceof RangeError)) throw cause;
}

/** A record's checksum: an unsigned number of 32 bits. */
export const recordChecksum = (key: Uint8Array, value: Uint8Array): number =>
  wasm ? wasm.checksum(key, value) : withoutWasm(key, value);

/** The memory into which `sealInRoom` puts records: key, value, checksum. Undefined without WebAssembly. */
export const sealingRoom: Uint8Array | undefined = wasm?.room;

/**
 * Puts a record into the sealing room. It stays there until the next checksum is worked out.
 * @returns its checksum; undefined if it is too large, or there isn't enough memory
 */
export function sealInRoom(key: Uint8Array, value: Uint8Array): number | undefined {
  if (!wasm?.hasRoomFor(key, value)) return undefined;
  const checksum = wasm.checksum(key, value);
  writeChecksum(wasm.room, key.length + value.length, checksum);
  return checksum;
}

/** Reads the checksum at `at`. */
export const readChecksum = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)) >>>
  0;

export function writeChecksum(bytes: Uint8Array, at: number, checksum: number): void {
  bytes[at] = checksum;
  bytes[at + 1] = checksum >>> 8;
  bytes[at + 2] = checksum >>> 16;
  bytes[at + 3] = checksum >>> 24;
}
