// Streams: their configuration, their field names, and their end.

import { segments, under } from "../database/keys.js";
import { checkName, nameProblem } from "../database/names.js";
import type { Database } from "../database/open.js";
import type { StreamRecord } from "../database/records.js";
import { transact } from "../database/transact.js";
import { checkValueSize } from "../database/values.js";
import { FlowgError } from "../errors.js";
import { fieldIndexes, type StreamTotal } from "./derived.js";
import { getIndexJob, getPurge, setIndexJob } from "./marks.js";
import { beginPurge } from "./purge.js";
import {
  DEFAULT_STREAM,
  readStreamRecord,
  streamRecord,
  writeStreamRecord,
} from "./stream-record.js";
import { readTotal } from "./totals.js";

/** Seconds, MiB (0 or less: no limit), and the fields whose values queries find without a walk. */
export type StreamConfig = StreamRecord;

/** A stream's: each entry is looked up in all of them while others wait. */
const INDEXED_FIELDS_MAX = 1_000;

export class StreamStore {
  readonly #database: Database;
  readonly #onWork: () => void;

  /** @param onWork told when there is background work */
  constructor(database: Database, onWork: () => void) {
    this.#database = database;
    this.#onWork = onWork;
  }

  /** Every stream's configuration, by name. */
  list(): Map<string, StreamConfig> {
    const names = [...this.#database.records.getKeys(under("stream"))].map(
      (key) => segments(key as Buffer)[1] ?? "",
    );
    return new Map(names.map((name) => [name, this.get(name) ?? streamRecord(DEFAULT_STREAM)]));
  }

  get(stream: string): StreamConfig | undefined {
    return nameProblem(stream) ? undefined : readStreamRecord(this.#database, stream);
  }

  /** A stream that doesn't exist begins to, without limits or indexes. @throws INPUT_INVALID */
  async getOrCreate(stream: string): Promise<StreamConfig> {
    checkName("stream", stream);
    const existing = readStreamRecord(this.#database, stream);
    if (existing) return existing;
    return transact(this.#database, () => {
      const meanwhile = readStreamRecord(this.#database, stream);
      if (!meanwhile) writeStreamRecord(this.#database, stream, DEFAULT_STREAM);
      return meanwhile ?? streamRecord(DEFAULT_STREAM);
    });
  }

  /**
   * Creates the stream or changes its configuration. A new indexed field's index fills in the background; queries use
   * it once it is complete. Names that can't be indexed are kept, without effect.
   * @throws INPUT_INVALID
   */
  async configure(stream: string, config: StreamConfig): Promise<StreamConfig> {
    checkName("stream", stream);
    for (const limit of ["ttl", "size"] as const) {
      if (!Number.isSafeInteger(config[limit])) {
        throw new FlowgError("INPUT_INVALID", `${limit} is not an integer`, {
          hint: "ttl is in seconds, size in MiB; 0 is no limit",
        });
      }
    }
    const existing = readStreamRecord(this.#database, stream)?.indexed_fields.length ?? 0;
    // a stream that came with more, from a backup, can still be changed
    if (config.indexed_fields.length > Math.max(INDEXED_FIELDS_MAX, existing)) {
      throw new FlowgError(
        "INPUT_INVALID",
        `${config.indexed_fields.length} indexed fields are more than the ${INDEXED_FIELDS_MAX} allowed`,
        { hint: "each entry is looked up in all of them: index what you filter by" },
      );
    }
    const record = streamRecord(config);
    checkValueSize("stream configuration", Buffer.from(JSON.stringify(record)));
    await transact(this.#database, () => {
      const before = indexedFields(stream, readStreamRecord(this.#database, stream));
      const after = indexedFields(stream, record);
      const isEmpty = readTotal(this.#database, stream).entries === 0;
      for (const field of after) if (!before.has(field)) this.#add({ stream, field }, isEmpty);
      for (const field of before) if (!after.has(field)) this.#drop({ stream, field }, isEmpty);
      writeStreamRecord(this.#database, stream, record);
    });
    this.#onWork();
    return record;
  }

  /** Whether or not it exists. Everything in it is gone at once, whatever its size. @throws INPUT_INVALID */
  async delete(stream: string): Promise<void> {
    checkName("stream", stream);
    await transact(this.#database, () => beginPurge(this.#database, stream));
    this.#onWork();
  }

  /** Names of all fields that the stream's entries ever had, sorted bytewise. */
  fields(stream: string): string[] {
    if (nameProblem(stream) || getPurge(this.#database, stream)?.fields) return [];
    return [...this.#database.records.getKeys(under("field", stream))].map(
      (key) => segments(key as Buffer)[2] ?? "",
    );
  }

  /** How many entries, and how many bytes they take; while a deletion is being carried out, what is left of it too. */
  total(stream: string): StreamTotal {
    return nameProblem(stream) ? { entries: 0, bytes: 0 } : readTotal(this.#database, stream);
  }

  #add(at: { stream: string; field: string }, isEmpty: boolean): void {
    // one that is being emptied fills afterwards by itself
    if (isEmpty || getIndexJob(this.#database, at.stream, at.field)) return;
    setIndexJob(this.#database, at, { phase: "fill" });
  }

  #drop(at: { stream: string; field: string }, isEmpty: boolean): void {
    if (isEmpty && !getIndexJob(this.#database, at.stream, at.field)) return;
    setIndexJob(this.#database, at, { phase: "clear" });
  }
}

const indexedFields = (stream: string, record: StreamRecord | undefined): Set<string> =>
  new Set(fieldIndexes(stream, record?.indexed_fields ?? []).map(({ field }) => field));
