// Plans the faults to try, given the calls that a run makes: all of them, or a spread of each kind.

import type { Call, Deed, Fault } from "./library.js";

/**
 * What can become of each kind of call. With `+`: of all such calls that follow, too. A process that is killed leaves what the
 * calls before have done, so only those kinds have it that change something, and flushes.
 */
const DEEDS: Record<string, readonly (Deed | `${Deed}+`)[]> = {
  open: ["EMFILE", "EIO+"],
  read: ["EIO", "short"],
  write: ["EIO", "ENOSPC", "ENOSPC+", "short", "torn", "kill"],
  sync: ["EIO", "EIO+", "kill"],
  rename: ["EIO", "EIO+", "kill"],
  link: ["EIO", "ENOSPC", "kill"],
  unlink: ["EIO", "EIO+", "kill"],
  mkdir: ["EIO", "ENOSPC", "kill"],
  list: ["EIO"],
  stat: ["EIO"],
  mmap: ["ENOMEM", "EIO"],
  truncate: ["EIO", "kill"],
  lock: ["EIO"],
  close: ["EIO"],
};

export interface Planned extends Fault {
  /** What it does to which call, for messages: `write 3 ENOSPC+ (auth/data.mdb)`. */
  name: string;
}

const LASTING: ReadonlySet<string> = new Set([
  "write",
  "sync",
  "truncate",
  "rename",
  "link",
  "unlink",
  "mkdir",
]);

/** Whether it may have left on the disk what neither records nor names of files tell: in LMDB's lock file, say. */
export const isLasting = ({ call, deed, name }: Planned): boolean =>
  LASTING.has(call) || deed === "kill" || name.endsWith("lock.mdb)");

/** A loop over a file's pages makes many reads in a row: only so many at the beginning and at the end are tried. */
const OF_A_LOOP = 2;

/** Every fault, in the order of the calls. */
export function allFaults(calls: readonly Call[]): Planned[] {
  const seen = new Map<string, number>();
  return calls.flatMap(({ call, path }, index) => {
    const at = (seen.get(call) ?? 0) + 1;
    seen.set(call, at);
    if (isWithinLoop(calls, index)) return [];
    return (DEEDS[call] ?? []).map((text) => ({
      call,
      at,
      deed: text.replace("+", "") as Deed,
      forEver: text.endsWith("+"),
      name: `${call} ${at} ${text} (${path})`,
    }));
  });
}

function isWithinLoop(calls: readonly Call[], index: number): boolean {
  const { call, path } = calls[index] as Call;
  if (call !== "read") return false;
  const around = calls.slice(Math.max(0, index - OF_A_LOOP), index + OF_A_LOOP + 1);
  return (
    around.length === 2 * OF_A_LOOP + 1 &&
    around.every((other) => other.call === call && other.path === path)
  );
}

/** So many of them, spread over all kinds of calls and deeds, and over the run. */
export function spread(faults: readonly Planned[], count: number): Planned[] {
  const kind = ({ call, deed, forEver }: Planned) => `${call} ${deed} ${forEver}`;
  const sorted = [...faults].sort((a, b) => kind(a).localeCompare(kind(b)) || a.at - b.at);
  const step = sorted.length / Math.min(count, sorted.length);
  return Array.from(
    { length: Math.min(count, sorted.length) },
    (_, n) => sorted[Math.floor((n + 0.5) * step)] as Planned,
  );
}
