// How deep a script nests. The interpreter's compiler takes long where it is much, and then runs out of its stack, which reads as
// if memory were short: such a script is refused before it is compiled.

import { codeOf } from "./vrl-code.js";

const DEEPEST = 100;

/** What is wrong with a script that nests too deep; undefined of others. */
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
