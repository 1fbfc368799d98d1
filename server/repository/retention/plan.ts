// What forget is to remove: by a policy for each group, or by ids.

import { FlowgError } from "../../platform/errors.js";
import type { Calendar } from "./calendar.js";
import { type Grouped, type Grouping, groupsOf } from "./groups.js";
import {
  applyPolicy,
  type DatedSnapshot,
  type Decision,
  demandRule,
  type Policy,
} from "./policy.js";

/** What a plan needs to know of a snapshot. */
export interface Considered extends DatedSnapshot, Grouped {
  /** When a drill last restored it and found it right. */
  verifiedAt?: string;
}

export interface Thinning {
  policy: Policy;
  calendar: Calendar;
  groupings: readonly Grouping[];
  /** Only snapshots of these hosts. Without it, of all hosts. */
  hosts: readonly string[];
  /** Only snapshots that have all tags of one of these lists. Without it, all snapshots. */
  tags: readonly (readonly string[])[];
  /** Considers only snapshots of this installation, and those that note none; unless given, all. */
  installation?: string | undefined;
  /** Allowed even if nothing would be left of a group. */
  allowRemoveAll: boolean;
  /** Ids of snapshots that stay although no rule keeps them, with the reason: `newest`. */
  spared?: ReadonlyMap<string, string> | undefined;
}

const isLookedAt = (
  snapshot: Considered,
  { hosts, tags }: Pick<Thinning, "hosts" | "tags">,
): boolean =>
  (hosts.length === 0 || hosts.includes(snapshot.host)) &&
  (tags.length === 0 || tags.some((list) => list.every((tag) => snapshot.tags.includes(tag))));

/**
 * Whether a snapshot is the asking installation's own. One that notes no installation, as older versions did, counts as its own:
 * there only the host's name tells.
 */
const isOwn = (
  { installation }: Pick<Considered, "installation">,
  asking: string | undefined,
): boolean => asking === undefined || installation === undefined || installation === asking;

/** The snapshots that a policy would consider if they weren't of another installation. */
export const ofOthers = <S extends Considered>(
  snapshots: readonly S[],
  { installation, ...which }: Pick<Thinning, "hosts" | "tags" | "installation">,
): S[] =>
  snapshots.filter((snapshot) => isLookedAt(snapshot, which) && !isOwn(snapshot, installation));

export interface PlannedGroup<S extends Considered> {
  /** Such as `host web-1`; empty where all snapshots are one group. */
  name: string;
  /** The newest first. */
  kept: Decision<S>[];
  forgotten: S[];
}

/** @throws INPUT_INVALID where the policy has no rule; REFUSED where it keeps nothing of a group */
export function planByPolicy<S extends Considered>(
  snapshots: readonly S[],
  { policy, calendar, groupings, hosts, tags, installation, allowRemoveAll, spared }: Thinning,
): PlannedGroup<S>[] {
  demandRule(policy);
  const chosen = snapshots
    .filter((snapshot) => isLookedAt(snapshot, { hosts, tags }))
    .filter((snapshot) => isOwn(snapshot, installation));
  return [...groupsOf(chosen, groupings)].map(([name, group]) => {
    const decisions = applyPolicy(group, policy, calendar).map((decision) => {
      const why = spared?.get(decision.snapshot.setId);
      return why === undefined ? decision : { ...decision, reasons: [...decision.reasons, why] };
    });
    const isKept = ({ reasons }: Decision<S>) => reasons.length > 0;
    if (!decisions.some(isKept) && !allowRemoveAll) throw keepsNothing(name, group.length);
    for (const decision of newestVerified(decisions)) decision.reasons.push("verified");
    const kept = decisions.filter(isKept);
    const forgotten = decisions
      .filter(({ reasons }) => reasons.length === 0)
      .map(({ snapshot }) => snapshot);
    return { name, kept, forgotten };
  });
}

/**
 * Of each host the newest snapshot that a drill has found right: whatever the rules say, it is never removed.
 * @param decisions newest first
 */
function newestVerified<S extends Considered>(decisions: readonly Decision<S>[]): Decision<S>[] {
  const found = new Map<string, Decision<S>>();
  for (const decision of decisions) {
    const { host, verifiedAt } = decision.snapshot;
    if (verifiedAt !== undefined && !found.has(host)) found.set(host, decision);
  }
  return [...found.values()];
}

/**
 * @param ids each is the beginning of one snapshot's id
 * @throws NOT_FOUND; INPUT_INVALID where several snapshots begin so
 */
export function planByIds<S extends { setId: string }>(
  snapshots: readonly S[],
  ids: readonly string[],
): S[] {
  const chosen = new Set<S>();
  for (const id of ids) {
    const found = snapshots.filter(({ setId }) => setId.startsWith(id.toLowerCase()));
    const [one, another] = id === "" ? [] : found;
    if (!one) {
      throw new FlowgError("NOT_FOUND", `there is no snapshot ${JSON.stringify(id)}`, {
        hint: "flowg snapshots list names them",
      });
    }
    if (another) {
      throw new FlowgError("INPUT_INVALID", `${found.length} snapshots' ids begin with ${id}`, {
        hint: `give more of it: ${found
          .slice(0, 3)
          .map(({ setId }) => setId)
          .join(", ")}`,
      });
    }
    chosen.add(one);
  }
  return [...chosen];
}

function keepsNothing(name: string, count: number): FlowgError {
  const of = name === "" ? "" : ` of ${name}`;
  return new FlowgError(
    "REFUSED",
    `no rule keeps a snapshot${of}: ${count === 1 ? "its only one" : `all ${count.toLocaleString("en")}`} would go; nothing was removed`,
    {
      hint:
        "give --keep-last 1 as well (in the API last=1 in keep); or, if they shall all go, " +
        "--allow-remove-all (in the API allowRemoveAll=true)",
    },
  );
}
