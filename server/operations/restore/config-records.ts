// Gathers the records of a configuration that pipelines refer to, in memory.

import { type Key, segments } from "../../records/keys.js";
import type { StoredRecord } from "../../records/records.js";

/** The records of a larger configuration are dropped. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Of scripts that are more together, the later ones are kept empty, and counted. */
const MOST_SCRIPT_BYTES = 16 * 1024 * 1024;
const EMPTY = Buffer.alloc(0);

export class ConfigRecords {
  readonly #records = new Map<string, Buffer>();
  #bytes = 0;
  #scriptBytes = 0;
  #emptied = 0;

  /** Whether all records are kept. */
  get isWhole(): boolean {
    return this.#bytes <= MOST_BYTES;
  }

  /** How many scripts are kept empty although they aren't. */
  get emptied(): number {
    return this.#emptied;
  }

  /** Counts scripts that come empty although they aren't. */
  countEmptied(scripts: number): void {
    this.#emptied += scripts;
  }

  add({ key, value }: StoredRecord): void {
    const kept = this.#kept(key, value);
    this.#bytes += key.byteLength + kept.byteLength;
    if (!this.isWhole) this.#records.clear();
    else this.#records.set(textOf(key), kept);
  }

  #kept(key: Uint8Array, value: Uint8Array): Buffer {
    if (segments(key)[0] !== "transformer") return bufferOf(value);
    const bytes = this.#scriptBytes + value.byteLength;
    if (bytes > MOST_SCRIPT_BYTES) {
      this.#emptied++;
      return EMPTY;
    }
    this.#scriptBytes = bytes;
    return bufferOf(value);
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
