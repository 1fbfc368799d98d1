// Makes JSON whose texts all have a UTF-8 form. JSON can hold half a pair of surrogates (`\ud83d`), and JavaScript takes it as
// a text. Other parsers refuse the whole answer, so U+FFFD takes its place, as in FlowG.

const MAYBE = /\\u[dD][89a-fA-F]/;
const ESCAPE =
  /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[dD][89a-fA-F][0-9a-fA-F]{2}|[\s\S])/g;
/** `\ud83d` */
const HALF_LENGTH = 6;

/** JSON in which `\ufffd` stands in place of each half; the same text if there is none. */
export function mendJson(text: string): string {
  // almost always there is nothing to look for
  if (!text.includes("\\u") || !MAYBE.test(text)) return text;
  return text.replace(ESCAPE, (found) => (found.length === HALF_LENGTH ? "\\ufffd" : found));
}

/** Parses what came from outside, or was stored before this was looked at. @throws SyntaxError */
export function parseWellFormed(text: string): unknown {
  return JSON.parse(mendJson(text));
}
