// What differs between two backups, for people.

import type { DiffReport } from "../../../server/records/reports.js";
import { formatCount } from "../format.js";
import { safe } from "../safe.js";
import { table } from "../table.js";
import { wrap } from "../wrap.js";

const CHANGES = ["added", "removed", "changed"] as const;
/** Names in a line for people; the JSON has more. */
const SHOWN = 10;

export function diffText(report: DiffReport, width = Number.POSITIVE_INFINITY): string {
  const { before, after, databases, onlyBefore, onlyAfter } = report;
  const right = (header: string) => ({ header, align: "right" as const });
  const columns = CHANGES.map((one) => right(one.charAt(0).toUpperCase() + one.slice(1)));
  const rows = databases.flatMap(({ database, kinds }) =>
    Object.entries(kinds).map(([kind, counts]) => [
      database,
      kind,
      ...CHANGES.map((one) => formatCount(counts[one])),
    ]),
  );
  const streams = databases.flatMap((one) =>
    one.streams.map(({ name, ...counts }) => [
      safe(name),
      ...CHANGES.map((what) => formatCount(counts[what])),
    ]),
  );
  const named = databases.flatMap(({ kinds }) =>
    Object.entries(kinds).flatMap(([kind, { names, ...counts }]) =>
      CHANGES.filter((one) => names[one].length > 0).map((one) => {
        const more = counts[one] - SHOWN;
        const shown = names[one].slice(0, SHOWN).map((name) => safe(name));
        return `${kind} ${one}: ${[...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(", ")}`;
      }),
    ),
  );
  const missing = [
    ...onlyBefore.map((kind) => `${kind}: only in ${safe(before)}`),
    ...onlyAfter.map((kind) => `${kind}: only in ${safe(after)}`),
  ];
  const compared = databases.map(({ database }) => database).join(", ");
  return [
    ...(rows.length > 0 ? [table(["Database", "Kind", ...columns], rows, width)] : []),
    ...(streams.length > 0 ? ["", table(["Stream", ...columns], streams, width)] : []),
    ...(named.length > 0 ? ["", ...named.map((line) => wrap(line, width, 2))] : []),
    ...missing,
    ...(rows.length > 0 ? [] : [`${compared}: the same in ${safe(before)} and ${safe(after)}`]),
  ].join("\n");
}
