// Prunes an opened repository.

import { demandFile } from "../../repository/lost-file.js";
import { type Readable, readManifest } from "../../repository/manifest-objects.js";
import { type PruneOptions, type PruneReport, prune } from "../../repository/prune/prune.js";

/** @throws REPOSITORY_MISSING or REPOSITORY_DAMAGED where repository.json is lost, and what `prune` throws */
export async function pruneRepository(
  repository: Readable,
  options: PruneOptions = {},
): Promise<PruneReport> {
  demandFile(repository);
  const { place, keys } = repository;
  return await prune(
    {
      place,
      named: keys.cipher,
      // unsigned manifests count, too: a forged one can only keep more
      readManifest: (path) => readManifest(repository, path, { demandSigned: false }),
    },
    options,
  );
}
