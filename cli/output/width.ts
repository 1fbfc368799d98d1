// Measures how wide a text is on a terminal.

// East Asian wide and fullwidth forms, and emoji, take two columns
const WIDE =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])/u;
const ZERO = /^\p{Mn}+$|^\u200b$/u;

let graphemes: Intl.Segmenter | undefined;

/** Columns a text takes on a terminal. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  // made late, since it takes 10 ms
  graphemes ??= new Intl.Segmenter();
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    width += ZERO.test(segment) ? 0 : WIDE.test(segment) ? 2 : 1;
  }
  return width;
}
