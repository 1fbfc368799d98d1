// Reads databases of this machine where they are, at one instant, as if they were a backup.

import type { RawBlock } from "../../records/raw-block.js";
import type { DatabasePlace, Engine } from "../../storage/engine.js";
import type { BackupInPlace } from "./backup-in-place.js";

export type DatabasesInPlace = BackupInPlace & AsyncDisposable;

/**
 * Holds one instant of databases.
 * @param name for messages
 * @throws DATABASE_MISSING, and what else opening a database throws
 */
export async function databasesAt(
  engine: Engine,
  name: string,
  places: readonly DatabasePlace[],
): Promise<DatabasesInPlace> {
  const instant = await engine.hold(places);
  return {
    name,
    kinds: places.map(({ kind }) => kind),
    createdAt: async () => undefined,
    async *blocks(kind): AsyncGenerator<RawBlock> {
      for await (const block of instant.blocks(kind, { check: true })) {
        // the reader may keep the bytes, and the walk uses its memory again
        yield { ...block, bytes: block.bytes.slice() };
        instant.recycle(block.bytes.buffer as ArrayBuffer);
      }
    },
    [Symbol.asyncDispose]: () => instant.close(),
  };
}
