// The flags and options of a prune, for `flowg repository prune` and `flowg forget --prune`.

import type { PruneOptions, PruneReport } from "../server/core.js";
import { CliError } from "./failure.js";
import { nowAndThen } from "./output/now-and-then.js";
import type { Output } from "./output/output.js";

export const pruneFlags = {
  grace: {
    type: "string",
    description:
      "keep what was stored within this time, because a backup under way may need it: 24h, 7d, 0",
    valueHint: "SPAN",
    default: "24h",
  },
  "keep-deltas": {
    type: "string",
    description: "keep deltas for this long, in which each instant can be restored: 24h, 7d",
    valueHint: "SPAN",
    default: "7d",
  },
  "dry-run": { type: "boolean", description: "only say what would be removed" },
} as const;

const HOUR_MS = 60 * 60 * 1000;

/**
 * @param output shows the progress
 * @throws USAGE
 */
export function pruneOptions(
  args: { grace: string; "keep-deltas": string; "dry-run": boolean; "allow-remove-all": boolean },
  output: Output,
): PruneOptions {
  const say = nowAndThen(output);
  return {
    graceMs: spanMs("grace", args.grace),
    keepDeltasMs: spanMs("keep-deltas", args["keep-deltas"]),
    dryRun: args["dry-run"],
    allowRemoveAll: args["allow-remove-all"],
    onProgress: ({ phase, done, total }) =>
      say(
        () => `${done} ${phase === "looking" ? "snapshots read" : `of ${total} objects removed`}`,
      ),
  };
}

function spanMs(flag: string, text: string): number {
  const [, digits, unit] = /^(\d{1,5})(h|d|w)$/.exec(text.trim()) ?? [];
  if (text.trim() === "0") return 0;
  if (digits !== undefined) {
    return Number(digits) * HOUR_MS * (unit === "w" ? 7 * 24 : unit === "d" ? 24 : 1);
  }
  throw new CliError(
    "USAGE",
    `--${flag}: ${JSON.stringify(text)} isn't a span`,
    "write 24h, 7d, or 0",
  );
}

/** @returns the error of a command that has pruned, but found segments missing */
export function missingSegments(place: string, { missing }: PruneReport): CliError | undefined {
  if (missing.length === 0) return undefined;
  const names = missing.slice(0, 3).map((name) => `${name.slice(0, 16)}…`);
  const more = missing.length > 3 ? `, and ${missing.length - 3} more` : "";
  return new CliError(
    "REPOSITORY_DAMAGED",
    `${place} lacks segments that its snapshots need: ${names.join(", ")}${more}`,
    "no prune removed them; flowg repository check says which snapshots are hit",
  );
}
