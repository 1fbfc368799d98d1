// Warns of damaged records in the database. A restore mends only records that it brings or removes.

import type { DamageMet } from "../../records/reports.js";

export function damageWarnings({ mended, kept }: DamageMet, isDry: boolean): string[] {
  const warnings: string[] = [];
  if (kept.records > 0) {
    warnings.push(
      `${counted(kept)} in the database and not in the backup: ${isDry ? "they would stay" : "they are still there"} (${named(kept)}); restore them from another backup, or use --replace (in the API mode=replace)`,
    );
  }
  if (mended.records > 0)
    warnings.push(
      `${counted(mended)} in the database, and ${isDry ? "would be" : "were"} replaced or removed (${named(mended)}): check its disk`,
    );
  return warnings;
}

type Met = DamageMet["kept"];

const counted = ({ records }: Met): string =>
  records === 1 ? "1 record is damaged" : `${records} records are damaged`;

const named = ({ records, items }: Met): string =>
  [...items, ...(records > items.length ? [`and ${records - items.length} more`] : [])].join(", ");
