// Gathers the records of a configuration that pipelines refer to, in memory.

import type { Key } from "../../records/keys.js";
import type { StoredRecord } from "../../records/records.js";

/** The records of a larger configuration are dropped. */
const MOST_BYTES = 64 * 1024 * 1024;

export class ConfigRecords {
  readonly #records = new Map<string, Buffer>();
  #bytes = 0;

  /** Whether all records are kept. */
  get isWhole(): boolean {
    return this.#bytes <= MOST_BYTES;
  }

  add({ key, value }: StoredRecord): void {
    this.#bytes += key.byteLength + value.byteLength;
    if (!this.isWhole) this.#records.clear();
    else this.#records.set(textOf(key), bufferOf(value));
  }

  get(key: Key): Buffer | undefined {
    return this.#records.get(textOf(key));
  }

  *records(): Iterable<StoredRecord> {
    for (const [key, value] of this.#records) yield { key: Buffer.from(key, "latin1"), value };
  }
}

const bufferOf = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const textOf = (key: Uint8Array): string => bufferOf(key).toString("latin1");
