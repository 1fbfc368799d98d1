// Refuses a salvaged snapshot unless somebody asks for it, and warns of records that a backup lacks.

import type { Salvaged } from "../../formats/snapshot/header.js";
import { FlowgError } from "../../platform/errors.js";
import { counted } from "../../platform/messages/counted.js";
import type { RestoreMode } from "../../records/reports.js";

/** Warns of a backup that left out damaged records. */
export const leftOutWarnings = (leftOut = 0): string[] =>
  leftOut > 0
    ? [
        `the backup is without ${leftOut} record${leftOut === 1 ? "" : "s"} that were damaged in the database`,
      ]
    : [];

/**
 * The hint for `refuseSalvaged`. A salvaged snapshot may only add records: what it lacks is lost, and was not removed.
 * @returns undefined where the restore takes it
 */
export function salvagedHint({ salvaged = false, mode }: SalvagedWish): string | undefined {
  if (!salvaged)
    return "restore an older backup, or take what there is: --salvaged (in the API salvaged=true)";
  return mode === "merge"
    ? undefined
    : "leave out --replace (in the API mode=replace): it would remove what the damage took out of the snapshot";
}

export interface SalvagedWish {
  /** Takes a salvaged snapshot. */
  salvaged?: boolean | undefined;
  mode: RestoreMode;
}

export const salvagedRefused = (hint: string) =>
  new FlowgError(
    "REFUSED",
    "this snapshot was salvaged from a damaged one or a damaged database, and records may be missing",
    { hint },
  );

/** Warns of what a salvage could not save. */
export function salvagedWarnings(salvaged: Salvaged | undefined): string[] {
  if (!salvaged) return [];
  const { lostEntries, mayBeOlder = 0, from = "snapshot" } = salvaged;
  const lost =
    lostEntries === undefined
      ? "how much is missing is not known"
      : `${counted(lostEntries, "record is", "records are")} missing`;
  const older = `${mayBeOlder.toLocaleString("en-US")} of its records may be in an older form, or were removed since: if it is of auth, check the permissions`;
  return [`it was salvaged from a damaged ${from}: ${lost}`, ...(mayBeOlder > 0 ? [older] : [])];
}
