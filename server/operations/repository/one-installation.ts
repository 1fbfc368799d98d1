// Two servers may share a host name and a repository. Which of them a person means, no time tells: a restore asks, in place of
// taking the newest snapshot of either.

import { FlowgError } from "../../platform/errors.js";
import type { StoredSnapshot } from "../../repository/manifest-objects.js";
import type { Repository } from "../../repository/repository.js";
import {
  eachSnapshot,
  type FoundSnapshot,
  isMeant,
  type SnapshotWish,
} from "../../repository/snapshots.js";

/** A repository's snapshots, newest first. */
export interface Listed {
  repository: Repository;
  refs: readonly StoredSnapshot[];
}

/**
 * So many manifests are read of each repository: those nearest to the snapshot that was chosen, before it and after it. Where many
 * hosts share a repository, the newest of all may be of a time at which the host that is wanted stored nothing any more.
 */
const BEFORE = 100;
const AFTER = 20;

/**
 * Demands that only one installation can be meant. One that had ended before the other began doesn't count: a server was set up
 * anew. Snapshots that note no installation, as those that people make, count for none.
 * @returns what kept it from looking
 * @throws INPUT_INVALID
 */
export async function demandOneInstallation(
  lists: readonly Listed[],
  { ref: chosen, manifest: { host, installation } }: FoundSnapshot,
  wish: SnapshotWish,
): Promise<FlowgError[]> {
  const { snapshot = "latest", tags } = wish;
  if (snapshot !== "latest") return [];
  const spans = new Map<string, Span>();
  const add = (id: string | undefined, createdAt: string) => {
    if (id === undefined) return;
    const span = spans.get(id);
    const [first, last] = [span?.first ?? createdAt, span?.last ?? createdAt];
    spans.set(id, {
      first: createdAt < first ? createdAt : first,
      last: createdAt > last ? createdAt : last,
    });
  };
  add(installation, chosen.createdAt);
  const faults: FlowgError[] = [];
  for (const { repository, refs } of lists) {
    const near = nearest(refs, chosen).filter(({ setId }) => setId !== chosen.setId);
    try {
      await eachSnapshot(repository, near, ({ ref, manifest }) => {
        if (isMeant(manifest, { host, installation: wish.installation, tags }))
          add(manifest.installation, ref.createdAt);
      });
    } catch (error) {
      if (!(error instanceof FlowgError) || error.code === "CANCELLED") throw error;
      faults.push(error);
    }
  }
  const several = atOnce(spans, installation);
  if (several.length > 1) throw ambiguous(host, several);
  return faults;
}

/** When the first and the last of an installation's snapshots were made, of those that were looked at. */
interface Span {
  first: string;
  last: string;
}

function nearest(refs: readonly StoredSnapshot[], chosen: StoredSnapshot): StoredSnapshot[] {
  const until = refs.findIndex(({ createdAt }) => createdAt <= chosen.createdAt);
  const start = until < 0 ? refs.length : until;
  return refs.slice(Math.max(0, start - AFTER), start + BEFORE);
}

type Installation = Span & { id: string };

/** The installations that backed up while the chosen one did, with it; the newest first. */
function atOnce(spans: ReadonlyMap<string, Span>, chosen: string | undefined): Installation[] {
  const all = [...spans].map(([id, span]) => ({ id, ...span }));
  all.sort((a, b) => (a.last === b.last ? (a.id < b.id ? -1 : 1) : a.last < b.last ? 1 : -1));
  const mine = all.find(({ id }) => id === chosen) ?? all[0];
  if (!mine) return [];
  return all.filter((one) => one.last >= mine.first && one.first <= mine.last);
}

const ambiguous = (host: string, several: readonly Installation[]): FlowgError =>
  new FlowgError(
    "INPUT_INVALID",
    `${several.length} installations named ${JSON.stringify(host)} back up here at the same time: ` +
      several.map(({ id, last }) => `${id} (last ${last})`).join(", "),
    {
      hint: "say whose snapshot is meant with --installation ID (in the API `installation`), or name the snapshot by its id",
      details: { installations: several.map(({ id }) => id) },
    },
  );
