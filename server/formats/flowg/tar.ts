// Reads a tar archive (POSIX ustar, pax and GNU long names) from a stream of bytes. It is strict where tar programs are
// lenient: the end marker must be there and nothing may follow it, because a cut archive must not look whole. tar-stream, which
// makes and reads our own tars, accepts an archive without its end, zeros between files, and pax headers that make no sense. It
// also can't tell a sparse file from other types that it doesn't know.

import { FlowgError } from "../../platform/errors.js";
import { printable } from "../../records/records.js";
import { IMPORTED_VALUE_MAX_BYTES } from "../../records/values.js";

/** How far an archive may expand. FlowG's hold some kilobytes. */
const MAX_TOTAL_BYTES = 2 ** 30;
const MAX_NAME_BYTES = 2 ** 20;
const BLOCK = 512;

export interface TarFile {
  /** The path's bytes, as Latin-1. */
  path: string;
  data: Buffer;
}

interface Header {
  path: string;
  size: number;
  type: string;
  isSparse?: boolean;
}

/** The members of an archive that aren't files, by the type in their header. */
const OTHER_TYPES = new Map([
  ["1", "a hard link"],
  ["2", "a symbolic link"],
  ["3", "a device"],
  ["4", "a device"],
  ["6", "a named pipe"],
  ["S", "a sparse file"],
  ["M", "the rest of a file of another archive"],
]);

/**
 * Gives the regular files of an archive, in order. It may hold directories, too. Anything else is refused, because it would be
 * lost.
 * @throws SNAPSHOT_TRUNCATED, SNAPSHOT_CORRUPT, SNAPSHOT_UNSUPPORTED (too big, or more than files), SNAPSHOT_UNRECOGNIZED
 */
export async function* readTar(chunks: AsyncIterable<Buffer>): AsyncGenerator<TarFile> {
  const source = new ArchiveBytes(chunks);
  let long: Partial<Header> = {};
  for (;;) {
    const start = source.offset;
    const block = await source.take(BLOCK);
    if (isZero(block)) return source.expectEnd();
    const header = { ...decodeHeader(block, start), ...long };
    const padded = Math.ceil(header.size / BLOCK) * BLOCK;
    if (EXTENSIONS.has(header.type)) {
      if (header.size > MAX_NAME_BYTES) throw corrupt("a name of more than 1 MiB", start);
      const data = (await source.take(padded)).subarray(0, header.size);
      long = { ...long, ...decodeExtension(header.type, data, start) };
      continue;
    }
    long = {};
    const kind = kindOf(header);
    // no contents follow a directory, whatever size its header says
    if (kind === "directory") continue;
    if (kind !== "file") throw notAFile(kind, header.path);
    if (header.size > IMPORTED_VALUE_MAX_BYTES) {
      const shown = printable(Buffer.from(header.path, "latin1").toString());
      throw tooBig(`"${shown}" in the archive takes ${header.size.toLocaleString("en-US")} bytes`);
    }
    const data = await source.take(padded);
    yield { path: header.path, data: data.subarray(0, header.size) };
  }
}

/** Headers that add to the next one: pax (for the next file, for all), GNU's long name, GNU's long target of a link. */
const EXTENSIONS: ReadonlySet<string> = new Set(["x", "g", "L", "K"]);

function decodeExtension(type: string, data: Buffer, start: number): Partial<Header> {
  if (type === "K") return {};
  if (type === "L") return { path: untilZero(data) };
  const found = decodePax(data);
  // a header for all files that follow: FlowG's archives have none, Git's have one with a comment
  if (type === "g" && (found.path !== undefined || found.size !== undefined)) {
    throw corrupt("a pax header that gives all files one name or size", start);
  }
  return found;
}

/** `file`, `directory`, or words for what else it is. */
function kindOf({ type, path, isSparse }: Header): string {
  if (isSparse) return OTHER_TYPES.get("S") as string;
  if (type === "5") return "directory";
  // before POSIX the name marked a directory
  if (type === "0" || type === "\0" || type === "7")
    return path.endsWith("/") ? "directory" : "file";
  return OTHER_TYPES.get(type) ?? `of the unknown type "${printable(type)}"`;
}

function notAFile(kind: string, path: string): FlowgError {
  return new FlowgError(
    "SNAPSHOT_UNSUPPORTED",
    `the archive holds "${printable(Buffer.from(path, "latin1").toString())}", which is ${kind}: its contents cannot be taken from there`,
    { hint: "give FlowG's own config.db, or pack the files anew so that each is a plain file" },
  );
}

function decodeHeader(block: Buffer, offset: number): Header {
  let sum = 8 * 0x20;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += block[i] as number;
  if (sum !== number(block.subarray(148, 156))) {
    if (offset > 0) throw corrupt("a header with a wrong checksum", offset);
    throw new FlowgError(
      "SNAPSHOT_UNRECOGNIZED",
      "this is a gzip file, but there is no tar archive in it",
      { hint: "FlowG's config.db is a tar.gz: check which file it is" },
    );
  }
  const size = number(block.subarray(124, 136));
  if (size === undefined) throw corrupt("a header without a size", offset);
  const name = untilZero(block.subarray(0, 100));
  const isPosix = block.toString("latin1", 257, 263) === "ustar\0";
  const prefix = isPosix ? untilZero(block.subarray(345, 500)) : "";
  const type = block.toString("latin1", 156, 157);
  return { path: prefix ? `${prefix}/${name}` : name, size, type };
}

/** Reads octal digits, or (with the first bit set) a big-endian number. */
function number(bytes: Buffer): number | undefined {
  if (bytes[0] === 0x80) {
    const high = bytes.readUIntBE(0, bytes.length - 6) - 0x80 * 2 ** (8 * (bytes.length - 7));
    return high === 0 ? bytes.readUIntBE(bytes.length - 6, 6) : undefined;
  }
  const digits = /^ *([0-7]+)[ \0]*$/.exec(bytes.toString("latin1"))?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}

const ZEROS = Buffer.alloc(64 * 1024);

/** Compares whole blocks, not single bytes, because a gigabyte of zeros may come. */
function isZero(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += ZEROS.length) {
    const part = bytes.subarray(at, at + ZEROS.length);
    if (!part.equals(ZEROS.subarray(0, part.length))) return false;
  }
  return true;
}

function untilZero(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString("latin1", 0, end < 0 ? bytes.length : end);
}

/** Reads rows of `LENGTH KEY=VALUE\n`. Only the name, the size, and GNU's mark of a sparse file matter here. */
function decodePax(data: Buffer): Partial<Header> {
  const found: Partial<Header> = {};
  const text = data.toString("latin1");
  for (let start = 0; start < text.length; ) {
    const digits = /^\d{1,7}(?= )/.exec(text.slice(start, start + 8))?.[0] ?? "";
    const length = Number(digits);
    const record = text.slice(start + digits.length + 1, start + length);
    const equals = record.indexOf("=");
    if (length <= digits.length + 1 || equals < 1 || !record.endsWith("\n")) {
      throw new FlowgError(
        "SNAPSHOT_CORRUPT",
        "the archive holds a pax header that makes no sense",
      );
    }
    const value = record.slice(equals + 1, -1);
    if (record.startsWith("path=")) found.path = value;
    if (record.startsWith("size=") && /^\d{1,15}$/.test(value)) found.size = Number(value);
    if (record.startsWith("GNU.sparse.")) found.isSparse = true;
    if (record.startsWith("GNU.sparse.name=")) found.path = value;
    start += length;
  }
  return found;
}

/** Gives the bytes of an archive on demand. */
class ArchiveBytes {
  offset = 0;
  readonly #chunks: AsyncIterator<Buffer>;
  #parts: Buffer[] = [];
  #available = 0;
  #total = 0;

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async take(length: number): Promise<Buffer> {
    while (this.#available < length) if (!(await this.#pull())) throw this.#truncated();
    const bytes =
      this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
    this.#parts = [bytes.subarray(length)];
    this.#available -= length;
    this.offset += length;
    return bytes.subarray(0, length);
  }

  /** After one block of zeros, demands another, and nothing but zeros after it. */
  async expectEnd(): Promise<void> {
    const second = await this.take(BLOCK);
    for (let rest = second; ; rest = await this.take(this.#available)) {
      if (!isZero(rest)) {
        throw corrupt("something follows the end of the archive", this.offset - rest.length);
      }
      if (this.#available === 0 && !(await this.#pull())) return;
    }
  }

  async #pull(): Promise<boolean> {
    const { value, done } = await this.#chunks.next();
    if (done) return false;
    this.#parts.push(value);
    this.#available += value.length;
    this.#total += value.length;
    if (this.#total > MAX_TOTAL_BYTES) throw tooBig("the archive expands to more than 1 GiB");
    return true;
  }

  #truncated(): FlowgError {
    const offset = this.offset + this.#available;
    return new FlowgError(
      "SNAPSHOT_TRUNCATED",
      `the tar archive ends at byte ${offset.toLocaleString("en-US")} of its contents, without its end marker`,
      { hint: "make the backup again, or download it again", details: { offset } },
    );
  }
}

function corrupt(what: string, offset: number): FlowgError {
  return new FlowgError(
    "SNAPSHOT_CORRUPT",
    `the tar archive makes no sense at byte ${offset.toLocaleString("en-US")} of its contents: ${what}`,
    { hint: "make the backup again", details: { offset } },
  );
}

function tooBig(what: string): FlowgError {
  return new FlowgError(
    "SNAPSHOT_UNSUPPORTED",
    `${what}: no config database of FlowG's is so big`,
    {
      hint: "check where the file comes from",
    },
  );
}
