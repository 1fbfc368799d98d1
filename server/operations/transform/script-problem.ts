// Describes a problem of a script, with the place in the user's own lines.

import type { CompilationDiagnostic } from "@bpinternal/verel";

const MOST_TOLD = 3;
const LONGEST = 500;

/** Describes the errors of a compilation; undefined if there are none. */
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

/** @param what the interpreter threw for the script without our code around it */
export function runtimeProblem(script: string, thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const [, text = message] = /^(?:Termination|Compilation Error);\s*([\s\S]*)$/.exec(message) ?? [];
  if (text.trim() === "aborted") return "the script aborted";
  // the interpreter gives offsets in bytes
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
