// URLs and headers, as HTTP allows them.

import { validateHeaderName, validateHeaderValue } from "node:http";
import { isObject } from "../../platform/json-object.js";

export function isTextMap(value: unknown): boolean {
  if (!isObject(value)) return false;
  return Object.values(value).every((text) => typeof text === "string");
}

export function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  return ["http:", "https:"].includes(new URL(text).protocol);
}

export function headerProblem(name: string, value: string): string | undefined {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return undefined;
  } catch {
    // never the value: it may be a secret
    return "is not a valid HTTP header";
  }
}

/** Servers take less: Node and nginx refuse heads of more than 16 and 32 KiB. */
const MOST_HEADERS = 100;
const MOST_CHARACTERS = 64 * 1024;

/** Why headers are too many to be sent; undefined if they aren't. */
export function tooManyHeaders(headers: Record<string, string>): string | undefined {
  const all = Object.entries(headers);
  if (all.length > MOST_HEADERS) return `more than ${MOST_HEADERS} headers`;
  const characters = all.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  return characters > MOST_CHARACTERS
    ? `headers of more than ${MOST_CHARACTERS} characters`
    : undefined;
}
