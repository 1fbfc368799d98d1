// Streams and their configurations, for people.

import type { StreamConfig } from "../../../sdk/index.js";
import { formatBytes } from "../format.js";
import { goSlice, right, table } from "../table.js";

export function streamsText(
  streams: Readonly<Record<string, StreamConfig>>,
  width?: number,
): string {
  return table(
    ["Name", right("TTL"), right("Size"), "Indexed fields"],
    Object.entries(streams).map(([name, { ttl, size, indexed_fields }]) => [
      name,
      ttl > 0 ? `${ttl} s` : "-",
      size > 0 ? formatBytes(size * 1024 * 1024) : "-",
      goSlice(indexed_fields),
    ]),
    width,
  );
}
