// Gives the part of a snapshot that lies in some ranges of keys, block by block.

import { AscendingRanges } from "../../records/ascending-ranges.js";
import type { KeyRange } from "../../records/keys.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { BlockScanner, type RecordTable } from "../block-scan/scanner.js";
import { BlockBuilder, recordTable } from "./badger.js";
import { RECORD_OVERHEAD_BYTES } from "./layout.js";

export class BlockPart<Range extends KeyRange> {
  /** The ranges in which a record was found. */
  readonly found = new Set<Range>();
  readonly #ranges: AscendingRanges<Range>;

  /** @param ranges sorted and disjoint */
  constructor(
    private readonly database: DatabaseKind,
    ranges: readonly Range[],
  ) {
    this.#ranges = new AscendingRanges(ranges);
  }

  /**
   * Gives the part of a block that lies in the ranges: the same block if all of it does, another block, or nothing.
   * @param raw a block whose records are sound and come after those of the block before
   * @throws BadgerFault if it is not what was verified
   */
  of(raw: Uint8Array): Uint8Array | undefined {
    if (this.#ranges.areBehind) return undefined;
    const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
    const table = tableOf(this.database, raw);
    const within: number[] = [];
    for (let at = 0; at < table.length; at += 4) {
      const range = this.#ranges.of(bytes, table[at] as number, table[at + 1] as number);
      if (range === undefined) continue;
      this.found.add(range);
      within.push(at);
    }
    if (within.length === 0) return undefined;
    return within.length === table.length / 4 ? raw : only(bytes, table, within);
  }
}

/**
 * Gives 4 numbers for each record of a raw block: see recordTable.
 * @throws BadgerFault
 */
export function tableOf(database: DatabaseKind, raw: Uint8Array): RecordTable {
  const scanned = database === "logs" ? BlockScanner.get().scan(raw) : undefined;
  return scanned?.records ?? recordTable(raw);
}

/** Makes a block of these records alone, in memory of its own, which can be handed on. */
function only(bytes: Buffer, table: RecordTable, within: readonly number[]): Uint8Array {
  const part = (at: number) => bytes.subarray(table[at], table[at + 1]);
  const size = within.reduce(
    (sum, at) => sum + part(at).length + part(at + 2).length + RECORD_OVERHEAD_BYTES,
    RECORD_OVERHEAD_BYTES,
  );
  // made large enough for all of them: a builder takes no record that it has no room for
  const builder = new BlockBuilder(new ArrayBuffer(size));
  for (const at of within) builder.add(part(at), part(at + 2));
  return builder.finish();
}
