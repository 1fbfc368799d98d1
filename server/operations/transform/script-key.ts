// What stands for a script where many are remembered: it must not keep all of a long one in memory.

import { createHash } from "node:crypto";
import { forgetOldest } from "../../platform/forget-oldest.js";

const LONGEST = 1_024;
/** For thousands of logs one script is asked for: the last of these keys are known, of scripts that aren't too long to keep. */
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
