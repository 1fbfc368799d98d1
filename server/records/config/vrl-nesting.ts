// Refuses a script that nests too deep, before it is compiled. The interpreter's compiler would take long, then overflow its
// stack, and its error would read as if memory were short.

import { codeOf } from "./vrl-code.js";

const DEEPEST = 100;

/** Says that a script nests too deep; undefined for others. */
export function nestingProblem(script: string): string | undefined {
  const code = codeOf(script);
  let depth = 0;
  for (const { 0: bracket, index } of code.matchAll(/[([{}\])]/g)) {
    depth += "([{".includes(bracket) ? 1 : -1;
    if (depth <= DEEPEST) continue;
    const line = code.slice(0, index).split("\n").length;
    return `line ${line}: it nests deeper than ${DEEPEST}`;
  }
  return undefined;
}
