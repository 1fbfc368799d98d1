// Which snapshots a policy keeps, and why. From the newest on, each rule keeps one snapshot of each of its periods, until it has
// kept its number. A snapshot stays if any rule keeps it. This is pure: it asks no clock, and removes nothing.

import { FlowgError } from "../../platform/errors.js";
import type { Calendar, Period } from "./calendar.js";
import { earlier, type Span } from "./span.js";

/** What the rules look at. */
export interface DatedSnapshot {
  setId: string;
  /** The instant, RFC 3339. */
  createdAt: string;
  tags: readonly string[];
}

/** How many a rule keeps: at least 1, or Infinity. An absent rule keeps none. */
export interface Policy {
  last?: number | undefined;
  hourly?: number | undefined;
  daily?: number | undefined;
  weekly?: number | undefined;
  monthly?: number | undefined;
  yearly?: number | undefined;
  /** Keeps all that are at most so much older than the newest. */
  within?: Span | undefined;
  /** Keeps all that have all tags of one of these lists. */
  tags?: readonly (readonly string[])[] | undefined;
}

/** Why a snapshot stays, such as `daily 2026-11-28`, `last 1`, `tag release`. */
export type Reason = string;

export interface Decision<S extends DatedSnapshot> {
  snapshot: S;
  /** Empty where no rule keeps it. */
  reasons: Reason[];
}

export const COUNTED = ["last", "hourly", "daily", "weekly", "monthly", "yearly"] as const;
type Counted = (typeof COUNTED)[number];

const PERIOD_OF: Record<Exclude<Counted, "last">, Period> = {
  hourly: "hour",
  daily: "day",
  weekly: "week",
  monthly: "month",
  yearly: "year",
};

interface Rule {
  name: Counted;
  left: number;
  /** The period of the last snapshot that the rule kept. */
  kept: string | undefined;
}

/** @throws INPUT_INVALID if no rule could ever keep anything */
export function demandRule(policy: Policy): void {
  const counts = COUNTED.some((name) => (policy[name] ?? 0) > 0);
  if (counts || policy.within || (policy.tags?.length ?? 0) > 0) return;
  throw new FlowgError("INPUT_INVALID", "no rule says which snapshots to keep", {
    hint:
      "give --keep-last, --keep-daily or another (in the API and in settings last, daily or another in keep), " +
      "or the ids of the snapshots to forget",
  });
}

/**
 * @param snapshots in any order
 * @returns what becomes of each, newest first
 * @throws INPUT_INVALID where the policy has no rule
 */
export function applyPolicy<S extends DatedSnapshot>(
  snapshots: readonly S[],
  policy: Policy,
  calendar: Calendar,
): Decision<S>[] {
  demandRule(policy);
  const sorted = [...snapshots].sort(newestFirst);
  const rules = COUNTED.map(
    (name): Rule => ({ name, left: policy[name] ?? 0, kept: undefined }),
  ).filter(({ left }) => left > 0);
  const [newest] = sorted;
  const since = newest && policy.within && earlier(timeOf(newest), policy.within, calendar);
  return sorted.map((snapshot, index) => {
    const reasons: Reason[] = [];
    const isOldest = index === sorted.length - 1;
    for (const rule of rules) {
      const reason = keptBy(rule, { snapshot, index, isOldest, calendar });
      if (reason !== undefined) reasons.push(reason);
    }
    if (since && timeOf(snapshot) >= since) reasons.push("within");
    for (const list of policy.tags ?? [])
      if (list.every((tag) => snapshot.tags.includes(tag))) reasons.push(`tag ${list.join(",")}`);
    return { snapshot, reasons };
  });
}

interface Looked {
  snapshot: DatedSnapshot;
  index: number;
  isOldest: boolean;
  calendar: Calendar;
}

function keptBy(rule: Rule, { snapshot, index, isOldest, calendar }: Looked): Reason | undefined {
  if (rule.left <= 0) return undefined;
  const { name } = rule;
  const period =
    name === "last" ? String(index + 1) : calendar.periodOf(timeOf(snapshot), PERIOD_OF[name]);
  // a rule that isn't full also keeps the oldest: else a history could never grow beyond its first full period
  const isNew = period !== rule.kept;
  if (!isNew && !isOldest) return undefined;
  rule.left--;
  rule.kept = period;
  return isNew ? `${name} ${shown(period)}` : `${name} oldest`;
}

/** The offset is left out: it only tells the two hours apart. */
const shown = (period: string): string => period.replace(/ (\d+) -?\d+$/, " $1:00");

/** When a snapshot was made, and its id. */
type Instant = Pick<DatedSnapshot, "createdAt" | "setId">;

const timeOf = ({ createdAt }: Instant): Date => new Date(createdAt);

/** For one instant, the later id comes first, as everywhere: so a repaired snapshot counts as newer than its origin. */
export function newestFirst(a: Instant, b: Instant): number {
  return timeOf(b).getTime() - timeOf(a).getTime() || (a.setId > b.setId ? -1 : 1);
}
