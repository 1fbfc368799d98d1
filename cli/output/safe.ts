// Text from databases, files and command lines, made fit for a terminal: control characters and those that
// turn the direction of writing are shown as escapes, never sent.

const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu;

/** One line of harmless text. */
export function safe(text: string): string {
  return text.replace(UNSAFE, escaped);
}

/** A token that stands where something else should, such as a file's name, is not shown on. */
export function withoutTokens(text: string): string {
  return text.replace(TOKEN, "$1…");
}

const TOKEN = /\b(pat_|jwt_|eyJ)[\w.-]{6,}/g;

/** JSON in ASCII's control range is escaped already; this does the rest. The text parses to the same value. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value).replace(UNSAFE, escaped);
}

function escaped(character: string): string {
  if (character === "\n") return "\\n";
  if (character === "\t") return "\\t";
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
