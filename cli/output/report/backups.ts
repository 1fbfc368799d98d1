// The backups in a directory, for people.

import { formatBytes, formatCount } from "../format.js";
import { right, table } from "../table.js";

export interface ListedBackup {
  path: string;
  good: boolean;
  /** RFC 3339; undefined for FlowG's own backups, which don't say. */
  createdAt: string | undefined;
  /** Records, by database. */
  counts: Partial<Record<string, number>>;
  bytes: number;
}

export function backupsText(backups: readonly ListedBackup[], width?: number): string {
  const rows = backups.map(({ path, good, createdAt, counts, bytes }) => [
    path,
    good ? "good" : "BAD",
    createdAt?.replace(/\.\d+Z$/, "Z") ?? "-",
    ...["auth", "config", "logs"].map((kind) => {
      const count = counts[kind];
      return count === undefined ? "-" : formatCount(count);
    }),
    formatBytes(bytes),
  ]);
  const counts = ["Auth", "Config", "Logs", "Size"].map(right);
  return table(["Backup", "State", "Created", ...counts], rows, width);
}
