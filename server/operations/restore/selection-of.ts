// Parses the selection of a restore that brings only a part.

import { FlowgError } from "../../platform/errors.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { parseSelection, type Selection, selectedDatabases } from "../../records/selection.js";

export interface Wishes {
  /** The items to restore; all if empty. */
  select?: readonly string[] | undefined;
  only?: readonly DatabaseKind[] | undefined;
  replaceDamaged?: boolean | undefined;
}

/** @throws INPUT_INVALID */
export function selectionOf({ select = [], only, replaceDamaged }: Wishes): Selection | undefined {
  if (select.length === 0) return undefined;
  const selection = parseSelection(select);
  const left = selectedDatabases(selection).find((kind) => only?.includes(kind) === false);
  if (left !== undefined) {
    throw new FlowgError(
      "INPUT_INVALID",
      `an item of ${left} is selected, and --only (in the API \`only\`) leaves ${left} out`,
      {
        hint: "leave it out: the selection says which databases are restored",
      },
    );
  }
  if (replaceDamaged) {
    throw new FlowgError("INPUT_INVALID", "--select and --replace-damaged exclude each other", {
      hint: "a new database would hold only what is selected: restore all of it first",
    });
  }
  return selection;
}
