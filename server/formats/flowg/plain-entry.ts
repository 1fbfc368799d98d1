// Recognizes the value of an entry in the form in which FlowG writes nearly all, without parsing it:
// `{"timestamp":"…","fields":{"NAME":"VALUE",…}}`. The parser judges all others.

import { isUtf8 } from "node:buffer";
import { QUOTE } from "../../platform/json-bytes.js";
import { beginsWith } from "../../records/keys.js";

const BEGIN = Buffer.from('{"timestamp":"');
const MIDDLE = Buffer.from('","fields":{');
const BETWEEN = Buffer.from('":"');
const COMMA = 0x2c;
const CLOSING_BRACE = 0x7d;
const BACKSLASH = 0x5c;
const LETTER_D = 0x64;
const LETTER_U = 0x75;
const FIRST_NON_ASCII = 0x80;
const ASCII = /^[\x00-\x7f]*$/;
/** An entry with more fields is left to the parser, so that few names are kept. */
const MOST_FIELDS = 256;

/** What a byte is in a JSON text (RFC 8259, section 7): nothing special, its end, an escape, or a byte that no text may hold. */
const PLAIN = 0;
const END = 1;
const ESCAPE = 2;
const FORBIDDEN = 3;
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === QUOTE) return END;
  if (byte === BACKSLASH) return ESCAPE;
  return byte < 0x20 ? FORBIDDEN : PLAIN;
});
const ESCAPABLE: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'));

export class PlainEntries {
  /** The names of the fields of the entry before. Entries of a stream mostly have the same. */
  #names: string[] = [];
  #nameBytes: Buffer[] = [];
  /** Whether all names of this entry, so far, are those of the entry before. */
  #isKept = true;
  /** Whether the text that was walked last has an escape. */
  #hasEscape = false;
  #hasNonAscii = false;

  /**
   * The names of an entry's fields, for an entry that JSON.parse would take and that can stay as it is. Where the names are those
   * of the entry before, it gives the same array.
   * @returns undefined where that isn't sure
   */
  names(value: Buffer): readonly string[] | undefined {
    if (!beginsWith(value, 0, BEGIN)) return undefined;
    this.#hasNonAscii = false;
    const timestampEnd = this.#textEnd(value, BEGIN.length);
    if (timestampEnd === 0 || !beginsWith(value, timestampEnd, MIDDLE)) return undefined;
    const names = this.#members(value, timestampEnd + MIDDLE.length);
    return names === undefined || (this.#hasNonAscii && !isUtf8(value)) ? undefined : names;
  }

  #members(value: Buffer, start: number): readonly string[] | undefined {
    let at = start;
    let count = 0;
    this.#isKept = true;
    if (value[at] !== CLOSING_BRACE) {
      for (; ; at++) {
        if (value[at] !== QUOTE) return undefined;
        const nameEnd = this.#name(value, at + 1, count++);
        if (nameEnd === 0 || !beginsWith(value, nameEnd, BETWEEN)) return undefined;
        const end = this.#textEnd(value, nameEnd + BETWEEN.length);
        if (end === 0) return undefined;
        at = end + 1;
        if (value[at] === CLOSING_BRACE) break;
        if (value[at] !== COMMA) return undefined;
      }
    }
    if (at + 2 !== value.length || value[at + 1] !== CLOSING_BRACE) return undefined;
    if (count < this.#names.length) this.#keepFirst(count);
    return this.#names;
  }

  /** Reads the name of a member. @returns the place of the quote after it; 0 if it isn't plain */
  #name(value: Buffer, start: number, number: number): number {
    const known = this.#nameBytes[number];
    if (known !== undefined && beginsWith(value, start, known)) {
      const end = start + known.length;
      if (value[end] === QUOTE) return end;
    }
    const end = this.#textEnd(value, start);
    if (end === 0 || this.#hasEscape || number === MOST_FIELDS) return 0;
    const name = value.toString("latin1", start, end);
    // names that are kept aren't looked at again, so they must be sure to be UTF-8
    if (!ASCII.test(name)) return 0;
    if (this.#isKept) this.#keepFirst(number);
    this.#isKept = false;
    this.#names.push(name);
    this.#nameBytes.push(Buffer.from(value.subarray(start, end)));
    return end;
  }

  /** Goes on with the first names of the entry before, in a new array, as the caller may have the old one. */
  #keepFirst(count: number): void {
    this.#names = this.#names.slice(0, count);
    this.#nameBytes.length = count;
  }

  /** Finds the quote that ends a text; 0 if the text isn't plain. */
  #textEnd(value: Buffer, start: number): number {
    this.#hasEscape = false;
    for (let at = start; at < value.length; at++) {
      const byte = value[at] as number;
      const kind = KINDS[byte];
      if (kind === PLAIN) {
        if (byte >= FIRST_NON_ASCII) this.#hasNonAscii = true;
      } else if (kind === END) return at;
      else if (kind === FORBIDDEN) return 0;
      else {
        this.#hasEscape = true;
        const length = escapeLength(value, at);
        if (length === 0) return 0;
        at += length - 1;
      }
    }
    return 0;
  }
}

/** The length of the escape at a backslash; 0 for none, or for what may be half of a pair of surrogates. */
function escapeLength(value: Buffer, at: number): number {
  const letter = value[at + 1] ?? 0;
  if (letter !== LETTER_U) return ESCAPABLE.has(letter) ? 2 : 0;
  if (((value[at + 2] ?? 0) | 0x20) === LETTER_D) return 0;
  for (let i = at + 2; i < at + 6; i++) if (!isHex(value[i] ?? 0)) return 0;
  return 6;
}

const isHex = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
