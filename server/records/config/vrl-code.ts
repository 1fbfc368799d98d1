// Gives the code of a script without its comments and texts, whose words only look like code.

/** Begins a comment, a text, a raw text, a pattern or a time. */
const BEGIN = /#|"|[srt]'/g;

/**
 * Puts blanks in place of everything else, so that each character keeps its place. A text without an end, and all after it,
 * counts as code. This looks at each character once. A regular expression for whole texts would begin anew at each quote of a
 * text without an end, and a long text would overflow its stack.
 */
export function codeOf(script: string): string {
  let code = "";
  let at = 0;
  for (;;) {
    BEGIN.lastIndex = at;
    const begin = BEGIN.exec(script);
    if (!begin) break;
    const mark = begin[0].at(-1) as string;
    const end =
      mark === "#" ? endOfLine(script, begin.index) : endOfText(script, BEGIN.lastIndex, mark);
    if (end === undefined) break;
    code += script.slice(at, begin.index) + blank(script.slice(begin.index, end));
    at = end;
  }
  return code + script.slice(at);
}

function endOfLine(script: string, from: number): number {
  const newline = script.indexOf("\n", from);
  return newline < 0 ? script.length : newline;
}

/** The place after the quote that ends a text; undefined where none does. */
function endOfText(script: string, from: number, quote: string): number | undefined {
  for (let at = from; at < script.length; at++) {
    const char = script[at];
    if (char === quote) return at + 1;
    if (char === "\\") at++;
  }
  return undefined;
}

const blank = (text: string): string =>
  text
    .split("\n")
    .map((line) => " ".repeat(line.length))
    .join("\n");
