// The code of a script, without what only looks like it.

/** Comments, texts and patterns: a name or a bracket in them is none. */
const NO_CODE = /#[^\n]*|"(?:[^"\\]|\\[\s\S])*"|[srt]'(?:[^'\\]|\\[\s\S])*'/g;

/** The script with blanks in place of all others, so that each character keeps its place. */
export const codeOf = (script: string): string =>
  script.replace(NO_CODE, (text) => text.replace(/[^\n]/g, " "));
