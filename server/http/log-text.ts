// Writes a line of the log for people, in the form of FlowG's log: `time=… level=INFO msg="…" key=value`.

import { isObject } from "../platform/json-object.js";

/** Values that need no quotes. */
const PLAIN = /^[^\s"=\\\p{C}]+$/u;

/**
 * Makes the line from a line of JSON.
 * @returns one line, whatever is in it
 */
export function textLine(json: string): string {
  const { time, level, msg, ...facts } = JSON.parse(json) as Record<string, unknown>;
  const parts = [
    `time=${value(time)}`,
    `level=${String(level).toUpperCase()}`,
    `msg=${value(msg ?? "")}`,
    ...pairs("", facts),
  ];
  return `${parts.join(" ")}\n`;
}

/** A field of an object gets a name with a dot: `err.code=ENOSPC`. */
function pairs(prefix: string, facts: Record<string, unknown>): string[] {
  return Object.entries(facts).flatMap(([name, fact]) => {
    const key = `${prefix}${name.replace(/[\s"=\p{C}]/gu, "_")}`;
    if (isObject(fact)) return pairs(`${key}.`, fact);
    return [`${key}=${value(fact)}`];
  });
}

function value(fact: unknown): string {
  const text = typeof fact === "string" ? fact : JSON.stringify(fact);
  if (PLAIN.test(text)) return text;
  // control characters are escaped, since a terminal would obey them
  return JSON.stringify(text).replace(
    /\p{C}/gu,
    (character) => `\\u${character.codePointAt(0)?.toString(16).padStart(4, "0")}`,
  );
}
