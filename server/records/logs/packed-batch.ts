// A batch of logs that goes from one thread to another. The fields of all its logs are one piece of memory, which moves and
// isn't copied.

import { type BatchPlace, LogBatch, type RefusedLog } from "./log-batch.js";
import { WrittenFields, writeFields } from "./written-fields.js";

export interface PackedBatch {
  /** The fields of all logs, one after another, as their records will hold them. */
  json: Uint8Array<ArrayBuffer>;
  logs: { index: number; line?: number; end: number; names: number }[];
  /** The lists of names. Most logs share one. */
  names: string[][];
  refused: RefusedLog[];
}

export function unpackBatch({ json, logs, names, refused }: PackedBatch): LogBatch {
  let start = 0;
  const unpacked = logs.map(({ end, names: list, ...place }) => {
    const fields = new WrittenFields(json.subarray(start, end), names[list] ?? []);
    start = end;
    return { ...place, fields };
  });
  return new LogBatch(unpacked, refused);
}

/** Gathers the logs of a batch. */
export class Packing {
  readonly #texts: string[] = [];
  #end = 0;
  readonly #logs: PackedBatch["logs"] = [];
  readonly #names: string[][] = [];
  readonly #lists = new Map<string, number>();
  readonly #refused: RefusedLog[] = [];

  /** The bytes of the fields of all logs so far. */
  get bytes(): number {
    return this.#end;
  }

  add({ index, line }: BatchPlace, fields: Record<string, string>): void {
    const { json, names } = writeFields(fields);
    this.#texts.push(json);
    this.#end += Buffer.byteLength(json);
    // no name that can be listed holds a control character
    const key = names.join("\u0000");
    let list = this.#lists.get(key);
    if (list === undefined) {
      list = this.#names.push(names) - 1;
      this.#lists.set(key, list);
    }
    this.#logs.push({ ...placeOf({ index, line }), end: this.#end, names: list });
  }

  refuse(place: BatchPlace, message: string): void {
    this.#refused.push({ ...placeOf(place), message });
  }

  packed(): PackedBatch {
    const json = new TextEncoder().encode(this.#texts.join(""));
    return { json, logs: this.#logs, names: this.#names, refused: this.#refused };
  }
}

const placeOf = ({ index, line }: { index: number; line?: number | undefined }) =>
  line === undefined ? { index } : { index, line };
