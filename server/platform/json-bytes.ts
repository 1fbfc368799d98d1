// Names the bytes of JSON's syntax, and finds where a text ends. It doesn't check the JSON: a parser does.

export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
export const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
export const NEWLINE = 0x0a;
const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, NEWLINE, 0x0d]);

export const opens = (byte: number | undefined): boolean =>
  byte === OPENING_BRACE || byte === OPENING_BRACKET;

export const closes = (byte: number | undefined): boolean =>
  byte === CLOSING_BRACE || byte === CLOSING_BRACKET;

/** The first bytes are compared one by one, because a search costs more to begin. */
const NEAR = 32;

/**
 * Finds the place after the quote that ends a text; a place after the last byte where no quote ends it.
 * @param start the place of the quote that begins it
 */
export function endOfText(json: Uint8Array, start: number): number {
  for (let at = start + 1; ; ) {
    for (const near = at + NEAR; at < near; at++) {
      const byte = json[at];
      if (byte === QUOTE) return at + 1;
      if (byte === BACKSLASH) at++;
    }
    const quote = skipTo(json, QUOTE, at);
    let before = quote;
    while (before > at && json[before - 1] === BACKSLASH) before--;
    at = quote + 1;
    // an even number of backslashes escapes only itself
    if ((quote - before) % 2 === 0 || at > json.length) return at;
  }
}

export function skipTo(json: Uint8Array, byte: number, from: number): number {
  const at = json.indexOf(byte, from);
  return at < 0 ? json.length : at;
}

export function afterBlanks(json: Uint8Array, from: number): number {
  let at = from;
  while (BLANKS.has(json[at] ?? 0)) at++;
  return at;
}
