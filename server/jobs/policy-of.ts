// A policy of retention as a settings file and clients write it: which snapshots stay.

import { COUNTED, demandRule, type Policy } from "../repository/retention/policy.js";
import { parseSpan } from "../repository/retention/span.js";

export { BY_INSTALLATION, GROUPINGS, type Grouping } from "../repository/retention/groups.js";

type Counts = Partial<Record<(typeof COUNTED)[number], number | "unlimited" | undefined>>;

export interface KeepWish extends Counts {
  /** `30d`, `1y6m` */
  within?: string | undefined;
  /** Each of these keeps the snapshots that have it. */
  tags?: readonly string[] | undefined;
}

/** @throws INPUT_INVALID */
export function policyOf(keep: KeepWish): Policy {
  const counts = COUNTED.map((name) => {
    const { [name]: count } = keep;
    return [name, count === "unlimited" ? Number.POSITIVE_INFINITY : count];
  });
  const policy: Policy = {
    ...Object.fromEntries(counts),
    within: keep.within === undefined ? undefined : parseSpan(keep.within, "within"),
    tags: keep.tags?.map((tag) => [tag]),
  };
  demandRule(policy);
  return policy;
}
