// What stands for a script where many are remembered: it must not keep all of a long one in memory.

import { createHash } from "node:crypto";

const LONGEST = 1_024;

export const scriptKey = (script: string): string =>
  script.length <= LONGEST
    ? script
    : `${script.length} ${createHash("sha256").update(script).digest("base64")}`;
