// Entries as nearly all are: JSON as `encodeValue` writes it. A scan of the bytes tells, and finds the values of
// indexed fields, several times as fast as parsing. What it can't tell for sure is left to the parser.

const OPENING = new Uint8Array(Buffer.from('{"timestamp":"'));
const MIDDLE = new Uint8Array(Buffer.from('","fields":{'));
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const CLOSE = 0x7d;
/** What ends a run of plain characters of a JSON string (RFC 8259, section 7). */
const ENDS_RUN = new Uint8Array(256);
ENDS_RUN.fill(1, 0, 0x20);
ENDS_RUN[QUOTE] = 1;
ENDS_RUN[BACKSLASH] = 1;
/** What may follow a backslash, but for `u`. */
const ESCAPED = new Uint8Array(256);
for (const byte of Buffer.from('"\\/bfnrt')) ESCAPED[byte] = 1;

/** Whether it surely is an entry. If not, it may still be one: in another form of JSON. */
export function isPlainEntry(bytes: Uint8Array, start: number, end: number): boolean {
  return scan(bytes, start, end);
}

/** Finds the values of some fields in entries. */
export class FieldFinder {
  /** Of each field, where its value begins, or -1 if the entry hasn't got it; and where it ends. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly #names: readonly Uint8Array[];
  readonly #isSure: boolean;
  #isPlain = true;

  constructor(fields: readonly string[]) {
    this.starts = new Int32Array(fields.length);
    this.ends = new Int32Array(fields.length);
    this.#names = fields.map((field) => new Uint8Array(Buffer.from(field)));
    // bytes that aren't UTF-8 are read as U+FFFD: only the parser can tell whether they make such a name
    this.#isSure = !fields.some((field) => field.includes("\ufffd"));
  }

  /**
   * Looks through an entry's JSON.
   * @returns whether it found out: the entry is plain, and the values are ASCII without an escape. If not, parse it.
   */
  find(bytes: Uint8Array, start: number, end: number): boolean {
    this.starts.fill(-1);
    this.#isPlain = this.#isSure;
    return scan(bytes, start, end, this) && this.#isPlain;
  }

  /** A field of the entry, `"NAME":"VALUE"`: where the name begins, and the value begins and ends. */
  see(bytes: Uint8Array, nameStart: number, valueStart: number, valueEnd: number): void {
    const nameEnd = valueStart - '":"'.length;
    // with an escape it may be any name
    if (hasEscape(bytes, nameStart, nameEnd)) this.#isPlain = false;
    for (let i = 0; i < this.#names.length; i++) {
      const name = this.#names[i] as Uint8Array;
      if (nameEnd - nameStart !== name.length || after(bytes, nameStart, name) < 0) continue;
      // of a name that comes twice the last value counts, as it does for the parser
      this.starts[i] = valueStart;
      this.ends[i] = valueEnd;
      if (!isPlainAscii(bytes, valueStart, valueEnd)) this.#isPlain = false;
    }
  }
}

function scan(bytes: Uint8Array, start: number, end: number, finder?: FieldFinder): boolean {
  const timestamp = after(bytes, start, OPENING);
  if (timestamp < 0) return false;
  const timestampEnd = textEnd(bytes, timestamp, end);
  if (timestampEnd < 0) return false;
  let at = after(bytes, timestampEnd, MIDDLE);
  if (at < 0) return false;
  if (bytes[at] === CLOSE) return at + 2 === end && bytes[at + 1] === CLOSE;
  for (;;) {
    if (bytes[at] !== QUOTE) return false;
    const nameStart = at + 1;
    const nameEnd = textEnd(bytes, nameStart, end);
    if (nameEnd < 0 || bytes[nameEnd + 1] !== COLON || bytes[nameEnd + 2] !== QUOTE) return false;
    const valueStart = nameEnd + 3;
    const valueEnd = textEnd(bytes, valueStart, end);
    if (valueEnd < 0) return false;
    finder?.see(bytes, nameStart, valueStart, valueEnd);
    at = valueEnd + 1;
    if (bytes[at] === CLOSE) return at + 2 === end && bytes[at + 1] === CLOSE;
    if (bytes[at] !== COMMA) return false;
    at++;
  }
}

/** Where the quote stands that ends a JSON string whose first character is at `start`; -1 if it is no such string. */
function textEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  for (;;) {
    while (at < end && ENDS_RUN[bytes[at] as number] === 0) at++;
    if (at >= end) return -1;
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte !== BACKSLASH || at + 1 >= end) return -1;
    const escaped = bytes[at + 1] as number;
    if (ESCAPED[escaped] === 1) at += 2;
    else if (escaped === 0x75 && isHex4(bytes, at + 2, end)) at += 6;
    else return -1;
  }
}

function isHex4(bytes: Uint8Array, start: number, end: number): boolean {
  if (start + 4 > end) return false;
  for (let at = start; at < start + 4; at++) {
    const byte = bytes[at] as number;
    const isDigit = byte >= 0x30 && byte <= 0x39;
    const letter = byte | 0x20;
    if (!isDigit && !(letter >= 0x61 && letter <= 0x66)) return false;
  }
  return true;
}

function hasEscape(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === BACKSLASH) return true;
  return false;
}

function isPlainAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === BACKSLASH || byte >= 0x80) return false;
  }
  return true;
}

/** The position after `text`, or -1 if that doesn't stand at `at`. */
function after(bytes: Uint8Array, at: number, text: Uint8Array): number {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return -1;
  return at + text.length;
}
