// Snapshots of several hosts in one repository are thinned host by host: a policy applies to each group. Two servers may share a
// host name, so each installation of a host is a group as well.

import { FlowgError } from "../../platform/errors.js";

export const GROUPINGS = ["host", "installation", "tags", "databases"] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** Unless told otherwise, no installation's rules count snapshots of another. */
export const BY_INSTALLATION: readonly Grouping[] = ["host", "installation"];

/** What tells groups apart. */
export interface Grouped {
  host: string;
  /** The id of the installation whose job has made it. */
  installation?: string | undefined;
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
  const parts = groupings.filter((one) => one !== "installation");
  const named = grouped(snapshots, (one) =>
    parts.map((grouping) => `${grouping} ${partOf(one, grouping)}`).join(", "),
  );
  const groups = groupings.includes("installation") ? named.flatMap(byInstallation) : named;
  return new Map(groups.sort(([a], [b]) => (a < b ? -1 : 1)));
}

type Group<S> = [name: string, snapshots: S[]];

/**
 * Divides a group by installations. A snapshot that notes none may be of any of them: people make those by hand, and older
 * versions noted none. It belongs to the only installation, or else to a group of its own.
 */
function byInstallation<S extends Grouped>([name, group]: Group<S>): Group<S>[] {
  const ids = new Set(group.flatMap(({ installation }) => installation ?? []));
  if (ids.size < 2) return [[name, group]];
  const before = name === "" ? "" : `${name}, `;
  return grouped(group, ({ installation = "none" }) => `${before}installation ${installation}`);
}

function grouped<S>(snapshots: readonly S[], nameOf: (snapshot: S) => string): Group<S>[] {
  const groups = new Map<string, S[]>();
  for (const snapshot of snapshots) {
    const name = nameOf(snapshot);
    const group = groups.get(name);
    if (group) group.push(snapshot);
    else groups.set(name, [snapshot]);
  }
  return [...groups];
}

function partOf(
  { host, tags, databases }: Grouped,
  grouping: Exclude<Grouping, "installation">,
): string {
  if (grouping === "host") return host;
  const words = grouping === "tags" ? [...tags] : Object.keys(databases);
  return words.length === 0 ? "none" : words.sort().join("+");
}
