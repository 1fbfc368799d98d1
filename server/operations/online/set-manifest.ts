// Compares the manifest of a set with the received snapshots. Where they differ, somebody has put the files together, or
// changed them.

import { FlowgError } from "../../platform/errors.js";
import { MANIFEST_NAME } from "../../records/backup-names.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { VerifyReport } from "../../records/reports.js";

export const MANIFEST_MAX_BYTES = 1024 * 1024;

export interface Came {
  kind: DatabaseKind;
  name: string;
  report: Pick<VerifyReport, "bytes" | "setId" | "sha256" | "fileSha256">;
}

/** @throws SNAPSHOT_CORRUPT */
export function demandAsManifest(manifest: Buffer, files: readonly Came[]): void {
  const { setId, snapshots } = parsed(manifest);
  if (!Array.isArray(snapshots)) throw contradiction(`${MANIFEST_NAME} lists no snapshots`);
  for (const { kind, name, report } of files) {
    const said: unknown = snapshots.find((one) => one?.database === kind);
    if (typeof said !== "object" || said === null)
      throw contradiction(`${MANIFEST_NAME} doesn't list ${name}`);
    if (setId !== report.setId)
      throw contradiction(`${name} is of another backup than ${MANIFEST_NAME} says`);
    for (const fact of ["bytes", "sha256", "fileSha256"] as const) {
      const { [fact]: value } = said as Partial<Record<typeof fact, unknown>>;
      // older tars have no SHA-256 of the whole file
      if (value === undefined && fact === "fileSha256") continue;
      if (value !== report[fact])
        throw contradiction(`${name} is not the file that ${MANIFEST_NAME} lists`);
    }
  }
}

function parsed(manifest: Buffer): { setId?: unknown; snapshots?: unknown } {
  try {
    const value: unknown = JSON.parse(manifest.toString());
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // the error below covers it
  }
  throw contradiction(`${MANIFEST_NAME} can't be read`);
}

function contradiction(what: string): FlowgError {
  return new FlowgError("SNAPSHOT_CORRUPT", `${what}; nothing was restored`, {
    hint: "send the tar of one backup as it was made, or restore each database from its own file",
  });
}
