// Names a record for people, from its key alone.

import { segments } from "./keys.js";
import { printable } from "./records.js";

/** `role "admin"`, `entry of stream "app" of 2026-01-02T03:04:05.678Z (UUID)`. The key may be damaged itself. */
export function recordName(key: Uint8Array): string {
  const [kind = "", first = "", second = "", third = "", ...more] = segments(key);
  const isEntry = kind === "entry" && second !== "" && third !== "" && more.length === 0;
  if (isEntry) return `entry of stream ${quoted(first)} of ${time(second)} (${printable(third)})`;
  if (third !== "" || first === "")
    return `a record with the key ${quoted(segments(key).join(" "))}`;
  if (kind === "token") return `token ${printable(second)} of user ${quoted(first)}`;
  if (kind === "field") return `field ${quoted(second)} of stream ${quoted(first)}`;
  return `${printable(kind)} ${quoted([first, second].filter((part) => part !== "").join(" "))}`;
}

const quoted = (text: string): string => `"${printable(text)}"`;

function time(digits: string): string {
  const ms = Number(digits);
  return Number.isSafeInteger(ms) && Math.abs(ms) <= 8.64e15
    ? new Date(ms).toISOString()
    : quoted(digits);
}
