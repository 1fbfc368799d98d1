// Prune, in an opened repository.

import { type Readable, readManifest } from "../../repository/manifest-objects.js";
import { type PruneOptions, type PruneReport, prune } from "../../repository/prune/prune.js";

/** @throws what `prune` throws */
export async function pruneRepository(
  repository: Readable,
  options: PruneOptions = {},
): Promise<PruneReport> {
  const { place } = repository;
  return await prune(
    // who forges a manifest can only keep more
    { place, readManifest: (path) => readManifest(repository, path, { demandSigned: false }) },
    options,
  );
}
