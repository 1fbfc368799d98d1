// Compares the databases with the last snapshot of each repository, before a backup stores anything.

import { FlowgError } from "../../platform/errors.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { listSnapshots } from "../../repository/snapshots.js";
import type { HeldInstant } from "../../storage/held-instant.js";
import { isFarFewer } from "../offline/shrink.js";
import { type Opened, usable } from "./open-targets.js";

/**
 * Refuses to back up a database that may have been lost and made anew. Otherwise the policy would in time remove the snapshots
 * from before.
 * @throws REFUSED
 */
export async function demandNoLoss(of: {
  held: HeldInstant;
  kinds: readonly DatabaseKind[];
  targets: readonly Opened[];
  cut: readonly string[];
}): Promise<void> {
  const { held, kinds, targets, cut } = of;
  const hint =
    "if data was lost, restore a snapshot; if not, add --allow-shrink (in the API allowShrink=true): " +
    "older snapshots stay as they are";
  for (const { name, target } of usable(targets)) {
    if (cut.length > 0 && (await listSnapshots(target.repository)).length > 0) {
      throw new FlowgError("REFUSED", `${cut.join("; ")}; nothing was backed up`, {
        hint:
          "run the restore again to complete it, or add --allow-shrink (in the API allowShrink=true) to back up " +
          "what is there",
      });
    }
    for (const kind of kinds) {
      const older = target.previous[kind];
      const { records, madeAt } = held.facts[kind] ?? {};
      if (!older || records === undefined) continue;
      const madeSince = (madeAt ?? "") > (older.databaseMadeAt ?? madeAt ?? "");
      const newer = { database: kind, records, madeAt };
      if (!isFarFewer({ records: older.entries }, newer, madeSince)) continue;
      const [now, before] = [records, older.entries].map((count) => count.toLocaleString("en-US"));
      throw new FlowgError(
        "REFUSED",
        `the ${kind} database has ${now} records, the last snapshot in ${name} has ${before}; nothing was backed up`,
        {
          hint,
          details: { databases: [{ database: kind, records, olderRecords: older.entries }] },
        },
      );
    }
  }
}
