// The words of the filter language.

import { FlowgError } from "../../platform/errors.js";

const KEYWORDS = ["and", "or", "not", "in"] as const;
const SYMBOLS = ["=", "!=", "(", ")", "[", "]", ","] as const;

type Plain = (typeof KEYWORDS)[number] | (typeof SYMBOLS)[number] | "end";

/** `position` is the number of the token's first character, from 1. */
export type Token =
  | { kind: Plain; position: number }
  | { kind: "field" | "text"; text: string; position: number };

// One alternative matches at each place; `y` keeps it there. Not Unicode-aware, so a lone surrogate is fine in a text.
const WORDS =
  /([ \t\n\f]+)|([A-Za-z_][A-Za-z0-9_]*)|'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"|(!=|[=()[\],])/y;

/** The tokens in order; the last one is the end. @throws INPUT_INVALID */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const words = new RegExp(WORDS);
  while (words.lastIndex < text.length) {
    const position = words.lastIndex + 1;
    const found = words.exec(text);
    if (!found) throw unreadable(text, position);
    const [, , word, name, value, symbol] = found;
    if (word !== undefined) tokens.push(keywordOrField(word, position));
    else if (name !== undefined)
      tokens.push({ kind: "field", text: unquote(name, position + 1), position });
    else if (value !== undefined)
      tokens.push({ kind: "text", text: unquote(value, position + 1), position });
    else if (symbol !== undefined) tokens.push({ kind: symbol as Plain, position });
  }
  tokens.push({ kind: "end", position: text.length + 1 });
  return tokens;
}

function keywordOrField(word: string, position: number): Token {
  const keyword = KEYWORDS.find((known) => known === word || known.toUpperCase() === word);
  return keyword ? { kind: keyword, position } : { kind: "field", text: word, position };
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** @param start position of the first character inside the quotes */
function unquote(quoted: string, start: number): string {
  if (!quoted.includes("\\")) return quoted;
  const text = quoted.replace(
    /\\(?:u([0-9A-Fa-f]{4})|([\s\S]))/g,
    (sequence, hex, letter, offset: number) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      const character = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
      if (character !== undefined) return character;
      throw new FlowgError(
        "INPUT_INVALID",
        `the filter has the unknown escape ${JSON.stringify(sequence)} at character ${start + offset}`,
        {
          hint: "write \\\\ for a backslash; \\\" \\' \\n \\r \\t \\b \\f \\/ and \\uXXXX are known",
          details: { position: start + offset },
        },
      );
    },
  );
  // stored texts are well-formed, too
  return text.toWellFormed();
}

function unreadable(text: string, position: number): FlowgError {
  const character = String.fromCodePoint(text.codePointAt(position - 1) ?? 0);
  const quote = character === '"' || character === "'";
  return new FlowgError(
    "INPUT_INVALID",
    quote
      ? `the filter has a quote that is never closed, at character ${position}`
      : `the filter has an unexpected ${JSON.stringify(character)} at character ${position}`,
    {
      hint: 'fields are bare or in single quotes, values in double quotes: level = "error"',
      details: { position },
    },
  );
}
