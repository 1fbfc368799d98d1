// Makes a short key for a script, for places that remember many scripts.

import { createHash } from "node:crypto";
import { forgetOldest } from "../../platform/forget-oldest.js";

const LONGEST = 1_024;
/** Thousands of logs ask for the key of one script, so the last keys are kept, but not those of the longest scripts. */
const MOST_KNOWN = 32;
const LONGEST_KNOWN = 128 * 1024;
const known = new Map<string, string>();

export function scriptKey(script: string): string {
  if (script.length <= LONGEST) return script;
  const found = known.get(script);
  if (found !== undefined) return found;
  const key = `${script.length} ${createHash("sha256").update(script).digest("base64")}`;
  if (script.length <= LONGEST_KNOWN) known.set(script, key);
  forgetOldest(known, MOST_KNOWN);
  return key;
}
