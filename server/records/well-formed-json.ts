// JSON whose texts all have a UTF-8 form. Half of a pair of surrogates can be written in JSON (`\ud83d`) and is a text
// to JavaScript, but others' parsers refuse the whole answer it stands in. As in FlowG, U+FFFD takes its place.

const MAYBE = /\\u[dD][89a-fA-F]/;
const ESCAPE =
  /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[dD][89a-fA-F][0-9a-fA-F]{2}|[\s\S])/g;
/** `\ud83d` */
const HALF_LENGTH = 6;

/** JSON in which `\ufffd` stands in place of each half; the same text if there is none. */
export function mendJson(text: string): string {
  // no pair, nothing to be looked for: almost always
  if (!text.includes("\\u") || !MAYBE.test(text)) return text;
  return text.replace(ESCAPE, (found) => (found.length === HALF_LENGTH ? "\\ufffd" : found));
}

/** Parses what came from outside, or was stored before this was looked at. @throws SyntaxError */
export function parseWellFormed(text: string): unknown {
  return JSON.parse(mendJson(text));
}
