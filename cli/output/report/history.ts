// The restores that databases remember, for people.

import type { CountsByKind, KindCounts, RestoreRun } from "../../../server/records/reports.js";
import { table } from "../table.js";
import { wrap } from "../wrap.js";

export function historyText(restores: readonly RestoreRun[], width?: number): string {
  if (restores.length === 0) return "no restore is known";
  const rows = restores.map((one) => [
    one.at,
    one.run,
    one.by,
    one.undoes === undefined ? one.mode : `undo of ${one.undoes}`,
    one.databases.map(({ database, kinds }) => `${database} ${changesOf(kinds)}`).join("; "),
    undoOf(one),
  ]);
  const sources = restores.flatMap(({ run, databases }) =>
    databases.flatMap(({ database, source, selected }) => {
      if (source === undefined) return [];
      const only = selected ? `, only ${selected.join(" and ")}` : "";
      return [
        wrap(
          `${run.slice(0, 8)} ${database}: from ${source}${only}`,
          width ?? Number.POSITIVE_INFINITY,
          0,
        ),
      ];
    }),
  );
  const columns = ["Time", "Restore", "By", "Mode", "Changed", "Undo"];
  return [table(columns, rows, width), ...sources].join("\n");
}

function undoOf({ canUndo, whyNot, undoneBy }: RestoreRun): string {
  if (undoneBy !== undefined) return `taken back by ${undoneBy}`;
  return canUndo ? "can be taken back" : `no: ${whyNot}`;
}

/** `+3 ~1 -2`: added, overwritten, removed. */
function changesOf(kinds: CountsByKind): string {
  const sum = (name: keyof KindCounts) =>
    Object.values(kinds).reduce((total, counts) => total + counts[name], 0);
  return `+${sum("added")} ~${sum("overwritten")} -${sum("removed")}`;
}
