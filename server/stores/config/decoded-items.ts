// Remembers decoded items. A remembered item counts only for the same bytes, so the next read sees a write or a restore of any
// process.

import { forgetOldest } from "../../platform/forget-oldest.js";
import { damagedRecord } from "../../records/damage.js";
import type { Key } from "../../records/keys.js";

/** The most items that are remembered, and the bytes of the largest. */
const MOST_ITEMS = 256;
const MOST_BYTES = 64 * 1024;

export class DecodedItems<Item> {
  /** Items by name, the one that was used last at the end. */
  readonly #known = new Map<string, { value: Buffer; item: Item }>();

  constructor(private readonly decode: (value: Buffer) => Item) {}

  /** @param value the item's bytes as they are now */
  of(name: string, value: Buffer): Item {
    const known = this.#known.get(name);
    this.#known.delete(name);
    if (known?.value.equals(value)) {
      this.#known.set(name, known);
      return known.item;
    }
    const item = this.decode(value);
    if (value.byteLength > MOST_BYTES) return item;
    // the bytes may lie in memory that the next read writes over
    this.#known.set(name, { value: Buffer.from(value), item });
    forgetOldest(this.#known, MOST_ITEMS);
    return item;
  }
}

/**
 * Decodes an item.
 * @throws DATABASE_DAMAGED for a value that isn't JSON, since only JSON is let in
 */
export function decodedItem<Item>(key: Key, decode: () => Item): Item {
  try {
    return decode();
  } catch (error) {
    if (error instanceof SyntaxError) throw damagedRecord("config", key);
    throw error;
  }
}
