// What is wrong with a script, in words that lead to the user's own lines.

import type { CompilationDiagnostic } from "@bpinternal/verel";

const MOST_TOLD = 3;
const LONGEST = 500;

/** What is wrong with a compilation; undefined if it went well. */
export function compilationProblem(
  script: string,
  errors: readonly CompilationDiagnostic[],
): string | undefined {
  if (errors.length === 0) return undefined;
  const told = errors.slice(0, MOST_TOLD).map(({ message, labels }) => {
    const [label] = labels;
    if (label === undefined) return message;
    const [start, end] = label.span;
    const text = /undefined function/.test(message) ? ` ${quoted(script, start, end)}` : "";
    return `${placeOf(script, start)}: ${message}${text || ` (${label.message})`}`;
  });
  const more = errors.length - told.length;
  return cut([...told, ...(more > 0 ? [`${more} more`] : [])].join("; "));
}

/** @param thrown by the interpreter for the bare script */
export function runtimeProblem(script: string, thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const [, text = message] = /^(?:Termination|Compilation Error);\s*([\s\S]*)$/.exec(message) ?? [];
  if (text.trim() === "aborted") return "the script aborted";
  // offsets of bytes
  return cut(text.replace(/ at \((\d+):\d+\)/, (_, at) => ` at ${placeOf(script, Number(at))}`));
}

const cut = (text: string): string =>
  text.length > LONGEST ? `${text.slice(0, LONGEST).toWellFormed()}…` : text;

const quoted = (script: string, start: number, end: number): string =>
  JSON.stringify(Buffer.from(script).subarray(start, end).toString());

function placeOf(script: string, byte: number): string {
  const before = Buffer.from(script).subarray(0, byte).toString().split("\n");
  return `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
}
