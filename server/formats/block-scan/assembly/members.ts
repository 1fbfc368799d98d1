// Checks the members of a JSON object, sixty-four bytes at a time, with one bit for each byte. So many members take no longer
// than few, and the processor needn't guess what comes next.

import { QUOTE } from "./text";

const BACKSLASH: u8 = 0x5c;
const COLON: u8 = 0x3a;
const COMMA: u8 = 0x2c;
/** The last control character that a JSON string must escape. */
const LAST_CONTROL: u8 = 0x1f;
/** How far past their end members are loaded. */
export const WINDOW_BYTES: u32 = 64;

/**
 * Whether from `start` to `end` there is nothing but members, `"NAME":"VALUE"`, with a comma between two, and no string
 * has an escape. If not, they may still be members.
 */
export function arePlainMembers(start: usize, end: usize): bool {
  if (end - start < 5 || load<u8>(end - 1) !== QUOTE) return false;
  // How the window before ended. inString and afterOdd are all ones: it ended inside a string, or after an odd number of signs.
  // afterSign is one: it ended with a sign.
  let inString: u64 = 0;
  let afterOdd: u64 = 0;
  let afterSign: u64 = 1; // a string is expected at first, as after a sign
  for (let at = start; at < end; at += WINDOW_BYTES) {
    const left = (end - at) as u64;
    const inside = left < 64 ? ((1 as u64) << left) - 1 : u64.MAX_VALUE;
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at, 32);
    const d = v128.load(at, 48);
    if ((unplain(a, b, c, d) & inside) !== 0) return false;
    const quotes = equal(a, b, c, d, QUOTE) & inside;
    // from the quote that begins a string to before the one that ends it
    const strings = oddOnes(quotes) ^ inString;
    const signs = ~(strings | quotes) & inside;
    // after and at the first sign, but before the second; and so on
    const odd = oddOnes(signs) ^ afterOdd;
    const expected = (odd & equal(a, b, c, d, COLON)) | (~odd & equal(a, b, c, d, COMMA));
    const afterSigns = (signs << 1) | afterSign;
    const wrong = (signs & (~expected | afterSigns)) | (quotes & strings & ~afterSigns);
    if (wrong !== 0) return false;
    inString = ((strings as i64) >> 63) as u64;
    afterOdd = ((odd as i64) >> 63) as u64;
    afterSign = signs >> 63;
  }
  return inString === 0 && afterOdd !== 0;
}

/** Finds backslashes and control characters. */
function unplain(a: v128, b: v128, c: v128, d: v128): u64 {
  const backslashes = i8x16.splat(BACKSLASH);
  const controls = i8x16.splat(LAST_CONTROL);
  return bits(
    v128.or(i8x16.eq(a, backslashes), i8x16.le_u(a, controls)),
    v128.or(i8x16.eq(b, backslashes), i8x16.le_u(b, controls)),
    v128.or(i8x16.eq(c, backslashes), i8x16.le_u(c, controls)),
    v128.or(i8x16.eq(d, backslashes), i8x16.le_u(d, controls)),
  );
}

function equal(a: v128, b: v128, c: v128, d: v128, byte: u8): u64 {
  const wanted = i8x16.splat(byte);
  return bits(i8x16.eq(a, wanted), i8x16.eq(b, wanted), i8x16.eq(c, wanted), i8x16.eq(d, wanted));
}

/** The bit of a byte is one if the byte is not zero. */
function bits(a: v128, b: v128, c: v128, d: v128): u64 {
  const low = i8x16.bitmask(a) | (i8x16.bitmask(b) << 16);
  const high = i8x16.bitmask(c) | (i8x16.bitmask(d) << 16);
  return (low as u32 as u64) | ((high as u32 as u64) << 32);
}

/** A bit is one if an odd number of bits up to it, with it, are. */
function oddOnes(ones: u64): u64 {
  let odd = ones ^ (ones << 1);
  odd ^= odd << 2;
  odd ^= odd << 4;
  odd ^= odd << 8;
  odd ^= odd << 16;
  return odd ^ (odd << 32);
}
