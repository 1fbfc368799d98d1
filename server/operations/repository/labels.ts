// Checks the labels of a snapshot: its tags and its host.

import { FlowgError } from "../../platform/errors.js";
import { nameProblem } from "../../records/names.js";

/** A tag has no comma, since commas separate tags in a list. @throws INPUT_INVALID */
export function demandLabels(tags: readonly string[], host: string): void {
  for (const [what, label] of [...tags.map((tag) => ["tag", tag]), ["host", host]] as const) {
    const problem =
      nameProblem(label as string, LABEL_MAX_BYTES) ??
      (what === "tag" && label?.includes(",") ? "holds a comma" : undefined);
    if (problem === undefined) continue;
    const shown = JSON.stringify(label?.slice(0, LABEL_MAX_BYTES));
    throw new FlowgError("INPUT_INVALID", `the ${what} ${shown} ${problem}`, {
      hint: `a ${what} is a short word: 1 to ${LABEL_MAX_BYTES} bytes, without control characters${what === "tag" ? " and commas" : ""}`,
    });
  }
}

const LABEL_MAX_BYTES = 255;
