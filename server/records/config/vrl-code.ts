// The code of a script, without what only looks like it.

/** A comment, a text, or a raw text, pattern or time: a name or a bracket in them is none. */
const BEGIN = /#|"|[srt]'/g;

/**
 * The script with blanks in place of all others, so that each character keeps its place. From a text on that has no end, all is
 * taken for code. It looks at each character once: a pattern for whole texts would begin anew at each quote where one has no end,
 * and a long text would be too much for its stack.
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
