// Checks the headers of a tar before the tar reader gets them. The reader merges extended headers: a global header with 60,000
// attributes and 150 more headers would block the server for twenty seconds.

import { FlowgError } from "../../platform/errors.js";

const BLOCK_BYTES = 512;
/** POSIX.1-2017, pax, ustar interchange format. */
const SIZE_AT = 124;
const SIZE_BYTES = 12;
const TYPE_AT = 156;
const ATTRIBUTES = "x".charCodeAt(0);
/** The most headers of a tar. A backup has four members, and a user may have added a few files. */
const HEADERS_MAX = 1_000;
/** The most bytes of a header that holds a long name or attributes of the next member. */
const EXTENDED_MAX_BYTES = 64 * 1024;

/**
 * Passes a tar on once its headers are checked.
 * @throws SNAPSHOT_UNRECOGNIZED
 */
export async function* soundHeaders(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let header = Buffer.alloc(0);
  let headers = 0;
  /** Bytes up to the next header. */
  let between = 0;
  /** The attributes that are being collected; undefined outside of them. */
  let attributes: Buffer | undefined;
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.byteLength; ) {
      if (between > 0) {
        const passed = Math.min(between, chunk.byteLength - at);
        if (attributes) attributes = Buffer.concat([attributes, chunk.subarray(at, at + passed)]);
        between -= passed;
        at += passed;
        if (between === 0 && attributes) attributes = demandNoSize(attributes);
        continue;
      }
      const part = chunk.subarray(at, at + BLOCK_BYTES - header.byteLength);
      at += part.byteLength;
      header = Buffer.concat([header, part]);
      if (header.byteLength < BLOCK_BYTES) continue;
      between = bytesBehind(header);
      if (header[TYPE_AT] === ATTRIBUTES && between > 0) attributes = Buffer.alloc(0);
      header = Buffer.alloc(0);
      if (++headers > HEADERS_MAX) throw refused(`it has more than ${HEADERS_MAX} headers`);
    }
    yield chunk;
  }
}

/** The bytes between a header and the next one. */
function bytesBehind(header: Buffer): number {
  const size = sizeIn(header);
  const type = String.fromCharCode(header[TYPE_AT] ?? 0);
  if (type === "g") throw refused("it has a global header");
  if ("xLK".includes(type) && size > EXTENDED_MAX_BYTES)
    throw refused(`it has a header of ${size} bytes`);
  // the reader takes a directory's size for 0
  return type === "5" ? 0 : Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
}

/** Refuses a second size, which the reader would take in place of the header's: it would find other members than this check. */
function demandNoSize(attributes: Buffer): undefined {
  if (attributes.includes(" size=")) throw refused("a member has two sizes");
}

/** Reads a size, in octal digits or as a binary number. It refuses forms that readers understand differently. */
function sizeIn(header: Buffer): number {
  const field = header.subarray(SIZE_AT, SIZE_AT + SIZE_BYTES);
  if (field[0] === 0x80 && field.readUIntBE(0, 6) === 0x80_00_00_00_00_00)
    return field.readUIntBE(SIZE_BYTES - 6, 6);
  const digits = /^([0-7]*)[ \0]*$/.exec(field.toString("latin1"))?.[1];
  if (digits === undefined) throw refused("a size in it isn't a number");
  return Number.parseInt(digits || "0", 8);
}

const refused = (why: string) =>
  new FlowgError("SNAPSHOT_UNRECOGNIZED", `the tar isn't a backup made by flowg: ${why}`, {
    hint: "send the file that GET /api/v1/backup gave, as it is",
  });
