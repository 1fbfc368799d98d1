// `flowg admin restore --url`. It first checks all files here. It sends a set of all three in one call, and everything else, or
// anything to an old server, database by database.

import { FlowgApiError, type FlowgClient } from "../../sdk/index.js";
import type { RestoreReport } from "../../server/records/reports.js";
import type { RestoreRequest } from "../administration.js";
import { withUnpackedTar } from "../piped-backup.js";
import { restoreEach } from "./restore-each.js";
import { filesInDirectory, filesInTar, type RestoreFiles } from "./restore-files.js";
import { restoreSet } from "./restore-set.js";

export async function restoreOnline(
  client: FlowgClient,
  request: RestoreRequest,
): Promise<RestoreReport> {
  if (!request.isTar) {
    const found = await filesInDirectory(request);
    return (await asSet(client, found, request)) ?? (await restoreEach(client, found, request));
  }
  const found = await filesInTar(request);
  const report = await asSet(client, found, request);
  if (report) return report;
  return await withUnpackedTar(request.backupDir, async (backupDir) => {
    const inDirectory = { ...request, backupDir, isTar: false };
    return await restoreEach(client, await filesInDirectory(inDirectory), inDirectory);
  });
}

/** Restores a set; undefined if it isn't a whole set, or the server is too old. */
async function asSet(
  client: FlowgClient,
  found: RestoreFiles,
  request: RestoreRequest,
): Promise<RestoreReport | undefined> {
  if (!found.areWhole) return undefined;
  return await restoreSet(client, found, request).catch((error: unknown) => {
    const isTooOld = error instanceof FlowgApiError && [404, 405].includes(error.status);
    if (!isTooOld) throw error;
    return undefined;
  });
}
