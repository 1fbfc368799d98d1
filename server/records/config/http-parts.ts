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
