// Cuts a stream of bytes into messages (RFC 6587). A message has its length before it, or ends with a line feed, or with a zero
// byte (as from Python's SysLogHandler). Each message is judged by itself. A message that is too long is cut, and its rest is
// dropped.

/** The longest message, as much as a datagram can hold. */
export const MESSAGE_BYTES = 64 * 1024;
/** A length has at most this many digits. More digits are the beginning of a line. */
const LENGTH_DIGITS = 7;

export interface Frame {
  bytes: Buffer;
  /** Whether a part of the message was dropped. */
  isCut: boolean;
}

export class Framing {
  #rest: Buffer = Buffer.alloc(0);
  /** How many bytes of a cut message are still to be dropped; Infinity up to the end of its line. */
  #dropping = 0;

  /**
   * Takes a chunk.
   * @returns the messages that are complete now
   */
  *push(chunk: Buffer): Generator<Frame> {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = Buffer.alloc(0);
    for (;;) {
      bytes = this.#dropped(bytes);
      if (bytes.length === 0) return;
      const length = countedLength(bytes);
      if (length === "unknown yet") break;
      const { start, end, next } =
        length === undefined ? lineIn(bytes) : { ...length, next: length.end };
      const most = start + MESSAGE_BYTES;
      const isCut = end > most;
      if (bytes.length < Math.min(next, most)) break;
      yield { bytes: bytes.subarray(start, Math.min(end, most)), isCut };
      if (Number.isFinite(next)) {
        this.#dropping = Math.max(0, next - bytes.length);
        bytes = bytes.subarray(next);
      } else {
        this.#dropping = Number.POSITIVE_INFINITY;
        bytes = bytes.subarray(most);
      }
    }
    // copied, since the chunk may be a small part of a large piece of memory
    this.#rest = Buffer.from(bytes);
  }

  /** The last message, a line without its end, once the sender is done. */
  end(): Frame | undefined {
    const bytes = this.#rest;
    const isWhole = bytes.length > 0 && countedLength(bytes) === undefined;
    this.#rest = Buffer.alloc(0);
    return isWhole ? { bytes, isCut: false } : undefined;
  }

  #dropped(bytes: Buffer): Buffer {
    if (this.#dropping === 0) return bytes;
    if (Number.isFinite(this.#dropping)) {
      const count = Math.min(this.#dropping, bytes.length);
      this.#dropping -= count;
      return bytes.subarray(count);
    }
    const { next } = lineIn(bytes);
    if (!Number.isFinite(next)) return bytes.subarray(bytes.length);
    this.#dropping = 0;
    return bytes.subarray(next);
  }
}

/** The length of a message that states it, such as `52 <13>…`. */
function countedLength(bytes: Buffer): { start: number; end: number } | "unknown yet" | undefined {
  let at = 0;
  while (at < bytes.length && isDigit(bytes[at] as number)) at++;
  if (at === 0 || at > LENGTH_DIGITS || bytes[0] === ZERO) return undefined;
  if (at === bytes.length) return "unknown yet";
  if (bytes[at] !== SPACE) return undefined;
  const start = at + 1;
  return { start, end: start + Number(bytes.subarray(0, at).toString("latin1")) };
}

function lineIn(bytes: Buffer): { start: number; end: number; next: number } {
  let end = 0;
  // looks for both ends in one pass, since two searches would read the same bytes again and again
  while (end < bytes.length && bytes[end] !== NEWLINE && bytes[end] !== 0) end++;
  if (end === bytes.length) end = Number.POSITIVE_INFINITY;
  return { start: 0, end, next: end + 1 };
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE;
const NEWLINE = 0x0a;
const SPACE = 0x20;
const ZERO = 0x30;
const NINE = 0x39;

/** A message as text, without the ends of lines and the zero bytes that some senders put after it. */
export const textOf = (bytes: Buffer): string => bytes.toString("utf8").replace(TAIL, "");
const TAIL = /[\u0000-\u001f]+$/;

/** The message in a datagram that has a length before it, as in a stream. */
export function unframed(bytes: Buffer): Buffer {
  const length = countedLength(bytes);
  if (typeof length !== "object" || length.end > bytes.length) return bytes;
  return bytes.subarray(length.start, length.end);
}
