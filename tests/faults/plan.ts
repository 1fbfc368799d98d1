// Which faults are tried, given the calls that a run makes: all of them, or a spread of each kind.

import type { Call, Deed, Fault } from "./library.js";

/** What can become of each kind of call. With `+`: of all such calls that follow, too. */
const DEEDS: Record<string, readonly (Deed | `${Deed}+`)[]> = {
  open: ["EIO", "EMFILE", "EIO+"],
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
  close: ["EIO", "kill"],
};

export interface Planned extends Fault {
  /** What it does to which call, for messages: `write 3 ENOSPC+ (auth/data.mdb)`. */
  name: string;
}

/** Every fault, in the order of the calls. */
export function allFaults(calls: readonly Call[]): Planned[] {
  const seen = new Map<string, number>();
  return calls.flatMap(({ call, path }) => {
    const at = (seen.get(call) ?? 0) + 1;
    seen.set(call, at);
    return (DEEDS[call] ?? []).map((text) => ({
      call,
      at,
      deed: text.replace("+", "") as Deed,
      forEver: text.endsWith("+"),
      name: `${call} ${at} ${text} (${path})`,
    }));
  });
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
