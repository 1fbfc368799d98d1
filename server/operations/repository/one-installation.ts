// Two servers may share a host name and a repository. Which of them a person means, no time tells: a restore asks, in place of
// taking the newest snapshot of either.

import { FlowgError } from "../../platform/errors.js";
import { fetchedDeltas } from "../../repository/deltas/fetched-deltas.js";
import { firstDeltasAfter } from "../../repository/deltas/first-deltas.js";
import type { Manifest } from "../../repository/manifest.js";
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
 * So many deltas are read for an installation that goes on after its last snapshot: the first after the other installation's first
 * snapshot, and the last in the hour after that. By then it has stored another snapshot itself.
 */
const DELTAS_READ = 16;

/**
 * Demands that only one installation can be meant. One that had ended before the other began doesn't count: a server was set up
 * anew. Snapshots that note no installation, as those that people make, count for none.
 * @returns what kept it from looking
 * @throws INPUT_INVALID
 */
export async function demandOneInstallation(
  lists: readonly Listed[],
  { ref: chosen, manifest }: FoundSnapshot,
  wish: SnapshotWish,
): Promise<FlowgError[]> {
  const { snapshot = "latest", tags } = wish;
  const { host, installation } = manifest;
  if (snapshot !== "latest") return [];
  const spans = new Map<string, Span>();
  const add = ({ installation: id, databases }: Manifest, createdAt: string) => {
    if (id === undefined) return;
    const span = spans.get(id);
    const [first, last] = [span?.first ?? createdAt, span?.last ?? createdAt];
    const histories = span?.histories ?? new Set();
    for (const { tracking } of Object.values(databases))
      if (tracking?.journaled !== undefined) histories.add(tracking.history);
    spans.set(id, {
      first: createdAt < first ? createdAt : first,
      last: createdAt > last ? createdAt : last,
      histories,
    });
  };
  add(manifest, chosen.createdAt);
  const faults: FlowgError[] = [];
  const passOver = (error: unknown) => {
    if (!(error instanceof FlowgError) || error.code === "CANCELLED") throw error;
    faults.push(error);
  };
  for (const { repository, refs } of lists) {
    const near = nearest(refs, chosen).filter(({ setId }) => setId !== chosen.setId);
    const looking = eachSnapshot(repository, near, ({ ref, manifest }) => {
      if (isMeant(manifest, { host, installation: wish.installation, tags }))
        add(manifest, ref.createdAt);
    });
    await looking.catch(passOver);
  }
  for (const { repository } of lists)
    await addDeltas(repository, spans, installation).catch(passOver);
  const several = atOnce(spans, installation);
  if (several.length > 1) throw ambiguous(host, several);
  return faults;
}

/** When the first and the last of an installation's snapshots or deltas were made, of those that were looked at. */
interface Span {
  first: string;
  last: string;
  /** Of its databases: their deltas tell them. */
  histories: Set<string>;
}

/** Adds the deltas of installations that have stored no snapshot since the chosen one stored its first. */
async function addDeltas(
  repository: Repository,
  spans: ReadonlyMap<string, Span>,
  chosen: string | undefined,
): Promise<void> {
  const mine = spans.get(chosen ?? "");
  if (!mine) return;
  const ended = [...spans.values()].filter(
    ({ last, histories }) => last < mine.first && histories.size > 0,
  );
  if (ended.length === 0) return;
  const deltas = await firstDeltasAfter(repository, mine.first);
  const read =
    deltas.length <= 2 * DELTAS_READ
      ? deltas
      : [...deltas.slice(0, DELTAS_READ), ...deltas.slice(-DELTAS_READ)];
  for await (const { delta } of fetchedDeltas(repository, read)) {
    if (!delta) continue;
    const { databases, createdAt } = delta.header;
    for (const { history } of Object.values(databases)) {
      // whoever was given a copy of the other's database goes on with its history
      if (mine.histories.has(history)) continue;
      const span = ended.find(({ histories }) => histories.has(history));
      if (span && createdAt > span.last) span.last = createdAt;
    }
  }
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
