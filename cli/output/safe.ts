// Makes text from databases, files and command lines safe for a terminal. Control characters, and those that change the
// direction of writing, are shown as escapes.

const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu;

/** Makes one line of harmless text. */
export function safe(text: string): string {
  return text.replace(UNSAFE, escaped);
}

/** Cuts tokens that stand where something else should, such as a file's name. */
export function withoutTokens(text: string): string {
  return text.replace(TOKEN, "$1…");
}

const TOKEN = /\b(pat_|jwt_|eyJ)[\w.-]{6,}/g;

/** Writes JSON. It also escapes the unsafe characters that JSON leaves as they are. The text parses to the same value. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value).replace(UNSAFE, escaped);
}

function escaped(character: string): string {
  if (character === "\n") return "\\n";
  if (character === "\t") return "\\t";
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
