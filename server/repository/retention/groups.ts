// Snapshots of several hosts in one repository are thinned host by host: a policy applies to each group.

import { FlowgError } from "../../platform/errors.js";

const GROUPINGS = ["host", "tags", "databases"] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** What tells groups apart. */
export interface Grouped {
  host: string;
  tags: readonly string[];
  databases: object;
}

/**
 * @param text `host`, `host,tags`, `none`
 * @throws INPUT_INVALID
 */
export function parseGroupings(text: string): Grouping[] {
  if (text === "none" || text === "") return [];
  return text.split(",").map((word) => {
    const found = GROUPINGS.find((name) => name === word.trim());
    if (found) return found;
    throw new FlowgError("INPUT_INVALID", `--group-by doesn't know ${JSON.stringify(word)}`, {
      hint: `give ${GROUPINGS.join(", ")}, with commas between, or none`,
    });
  });
}

/** Groups by their names for people, in the order given: `host web-1, tags daily`. */
export function groupsOf<S extends Grouped>(
  snapshots: readonly S[],
  groupings: readonly Grouping[],
): Map<string, S[]> {
  const groups = new Map<string, S[]>();
  for (const snapshot of snapshots) {
    const name = groupings
      .map((grouping) => `${grouping} ${partOf(snapshot, grouping)}`)
      .join(", ");
    const group = groups.get(name);
    if (group) group.push(snapshot);
    else groups.set(name, [snapshot]);
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function partOf({ host, tags, databases }: Grouped, grouping: Grouping): string {
  if (grouping === "host") return host;
  const words = grouping === "tags" ? [...tags] : Object.keys(databases);
  return words.length === 0 ? "none" : words.sort().join("+");
}
