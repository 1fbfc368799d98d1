// Looks through runs of bytes, sixteen at a time.

export const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
const LETTER_U: u8 = 0x75;

/** Whether the string that `textEnd` looked at last has an escape. */
export let hasEscape: bool = false;

/**
 * Finds the quote that ends the JSON string (RFC 8259, section 7) whose first character is at `start`; 0 if it isn't such a
 * string.
 */
export function textEnd(start: usize, end: usize): usize {
  hasEscape = false;
  let at = start;
  while (true) {
    at = runEnd(at, end);
    if (at >= end) return 0;
    const byte = load<u8>(at);
    if (byte === QUOTE) return at;
    if (byte !== BACKSLASH || at + 1 >= end) return 0;
    hasEscape = true;
    const escaped = load<u8>(at + 1);
    if (isEscapable(escaped)) at += 2;
    else if (escaped === LETTER_U && isHex4(at + 2, end)) at += 6;
    else return 0;
  }
}

/** Finds the first byte that is not a plain character of a JSON string; `end` or later if there is none. */
function runEnd(start: usize, end: usize): usize {
  const quotes = i8x16.splat(QUOTE);
  const backslashes = i8x16.splat(BACKSLASH);
  const controls = i8x16.splat(0x1f);
  let at = start;
  while (at < end) {
    const bytes = v128.load(at);
    const special = v128.or(i8x16.eq(bytes, quotes), i8x16.eq(bytes, backslashes));
    const mask = i8x16.bitmask(v128.or(special, i8x16.le_u(bytes, controls)));
    if (mask !== 0) return at + ctz(mask);
    at += 16;
  }
  return at;
}

/** Whether a byte may follow a backslash. The caller looks at `u`. */
function isEscapable(byte: u8): bool {
  switch (byte) {
    case 0x22: // "
    case 0x5c: // \
    case 0x2f: // /
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return true;
    default:
      return false;
  }
}

function isHex4(start: usize, end: usize): bool {
  if (start + 4 > end) return false;
  for (let at = start; at < start + 4; at++) {
    const byte = load<u8>(at);
    if (((byte - 0x30) as u8) > 9 && (((byte | 0x20) - 0x61) as u8) > 5) return false;
  }
  return true;
}

/** Whether there are only ASCII characters. */
export function isAscii(start: usize, end: usize): bool {
  for (let at = start; at < end; at++) if (load<u8>(at) >= 0x80) return false;
  return true;
}

/** How many of their first bytes two runs share, at most `most`. */
export function commonBytes(a: usize, b: usize, most: usize): usize {
  let common: usize = 0;
  while (common < most) {
    const alike = i8x16.bitmask(i8x16.eq(v128.load(a + common), v128.load(b + common)));
    if (alike !== 0xffff) return min(most, common + ctz(~alike));
    common += 16;
  }
  return most;
}
