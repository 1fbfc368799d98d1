// Tells people what differs between two backups.

import type { AccessDiff, DiffReport } from "../../../server/records/diff-reports.js";
import { formatCount } from "../format.js";
import { safe } from "../safe.js";
import { right, table } from "../table.js";
import { wrap } from "../wrap.js";

const CHANGES = ["added", "removed", "changed"] as const;
/** How many names a line shows; the JSON has more. */
const SHOWN = 10;

export function diffText(report: DiffReport, width = Number.POSITIVE_INFINITY): string {
  const { before, after, databases, onlyBefore, onlyAfter } = report;
  const columns = CHANGES.map((one) => right(one.charAt(0).toUpperCase() + one.slice(1)));
  const rows = databases.flatMap(({ database, kinds }) =>
    Object.entries(kinds).map(([kind, counts]) => [
      database,
      kind,
      ...CHANGES.map((one) => formatCount(counts[one])),
    ]),
  );
  const streams = databases.flatMap((one) =>
    one.streams.map(({ name, from, to, ...counts }) => [
      safe(name),
      ...CHANGES.map((what) => formatCount(counts[what])),
      from ?? "",
      to ?? "",
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
  const access = databases.flatMap((one) => (one.access ? accessLines(one.access) : []));
  const missing = [
    ...onlyBefore.map((kind) => `${kind}: only in ${safe(before)}`),
    ...onlyAfter.map((kind) => `${kind}: only in ${safe(after)}`),
  ];
  const compared = databases.map(({ database }) => database).join(", ");
  return [
    ...(rows.length > 0 ? [table(["Database", "Kind", ...columns], rows, width)] : []),
    ...(streams.length > 0
      ? ["", table(["Stream", ...columns, "From", "To"], streams, width)]
      : []),
    ...(access.length > 0 ? ["", ...access.map((line) => wrap(line, width, 2))] : []),
    ...(named.length > 0 ? ["", ...named.map((line) => wrap(line, width, 2))] : []),
    ...missing,
    ...(rows.length > 0 ? [] : [`${compared}: the same in ${safe(before)} and ${safe(after)}`]),
  ].join("\n");
}

/** Says how permissions differ, user by user. */
function accessLines(access: AccessDiff): string[] {
  const { changes, usersAdded, usersRemoved, passwordsChanged } = access;
  const { tokensGained, tokensLost, administrators } = access;
  const users = changes.map(({ user, gains, loses }) => {
    const is = usersAdded.includes(user) ? " (new)" : usersRemoved.includes(user) ? " (gone)" : "";
    const parts = [
      ...(gains.length > 0 ? [`gains ${gains.join(", ")}`] : []),
      ...(loses.length > 0 ? [`loses ${loses.join(", ")}`] : []),
    ];
    return `user ${safe(user)}${is} ${parts.join(" and ")}`;
  });
  const tokens = (what: string, list: AccessDiff["tokensGained"]) =>
    list.length === 0
      ? []
      : [
          `tokens that ${what}: ${list.length}, of ${shortened([...new Set(list.map(({ user }) => user))])}`,
        ];
  const had = administrators.before.length > 0;
  const none = administrators.after.length === 0 && had ? ["nobody may administer any more"] : [];
  return [
    ...users,
    ...(passwordsChanged.length > 0
      ? [`users whose password may have changed: ${shortened(passwordsChanged)}`]
      : []),
    ...tokens("work, or work for longer, or may be others", tokensGained),
    ...tokens("don't work any more, or not for as long, or may be others", tokensLost),
    ...none,
  ];
}

function shortened(names: readonly string[]): string {
  const more = names.length - SHOWN;
  const shown = names.slice(0, SHOWN).map((name) => safe(name));
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(", ");
}
