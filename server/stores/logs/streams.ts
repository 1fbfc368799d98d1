// Streams: their configuration, their field names, and their end.

import { setImmediate } from "node:timers/promises";
import { FlowgError } from "../../platform/errors.js";
import { segments, under } from "../../records/keys.js";
import { fieldIndexes, type StreamTotal } from "../../records/logs/log-index.js";
import { checkName, nameProblem } from "../../records/names.js";
import { decodeValue, type StreamRecord } from "../../records/records.js";
import { checkValueSize } from "../../records/values.js";
import type { Changes, Database } from "../../storage/database.js";
import { renewIndexes } from "../../storage/derived/renew-indexes.js";
import { readTotal } from "../../storage/derived/totals.js";
import { getIndexJob, getPurge, setIndexJob } from "../../storage/notes/unfinished-work.js";
import {
  DEFAULT_STREAM,
  isStreamDamaged,
  knownStreamRecord,
  readStreamRecord,
  streamRecord,
  writeStreamRecord,
} from "../../storage/stream-record.js";
import { beginPurge } from "../../storage/unfinished/purge.js";
import { recordsInTurns } from "../in-turns.js";
import { indexedValues } from "./indexed-values.js";
import type { StreamBound } from "./stream-bound.js";

/** Seconds, MiB (0 or less: no limit), and the fields whose values queries find without a walk. */
export type StreamConfig = StreamRecord;

/** The most indexed fields of a stream. Each new entry is looked up in all of them. */
const INDEXED_FIELDS_MAX = 1_000;

/** The most values of one answer. */
const VALUES_MAX = 10_000;

/** How many values are read within one turn of the event loop. */
const LISTED_AT_ONCE = 500;

export interface StreamStoreOptions {
  bound: StreamBound;
  /** Called before a stream is deleted. Entries that senders have answers for, and that are stored later, would come back. */
  beforeDeletion: () => Promise<void>;
  /** Called when a stream was made, changed or deleted, and there may be background work. */
  onChanged: (stream: string) => void;
}

export class StreamStore {
  readonly #database: Database;
  readonly #options: StreamStoreOptions;

  constructor(database: Database, options: StreamStoreOptions) {
    this.#database = database;
    this.#options = options;
  }

  /**
   * Gives the configurations of all streams, in order of the names' bytes. Streams that are made or deleted meanwhile may be
   * missing.
   */
  async *list(): AsyncGenerator<[stream: string, config: StreamConfig]> {
    for await (const { key, value } of recordsInTurns(this.#database, under("stream")))
      yield [segments(key)[1] ?? "", streamRecord(decodeValue<StreamRecord>(value))];
  }

  async get(stream: string): Promise<StreamConfig | undefined> {
    if (nameProblem(stream)) return undefined;
    return this.#database.read((instant) => readStreamRecord(instant, stream));
  }

  /** The stream's configuration, or that of a new stream if there is none. @throws INPUT_INVALID */
  async getOrDefault(stream: string): Promise<StreamConfig> {
    checkName("stream", stream);
    return (await this.get(stream)) ?? streamRecord(DEFAULT_STREAM);
  }

  /**
   * The stream's configuration. A look at a stream that isn't there makes it, as in FlowG; where it can't be made, it is what the
   * stream would begin with.
   * @throws INPUT_INVALID
   */
  async getOrCreate(stream: string): Promise<StreamConfig> {
    checkName("stream", stream);
    const there = await this.get(stream);
    if (there) return there;
    const config = streamRecord(DEFAULT_STREAM);
    try {
      const known = await this.#database.change((changes) => {
        // another call may have made it meanwhile
        const known = knownStreamRecord(changes, stream);
        if (known || isStreamDamaged(changes, stream)) return known;
        this.#options.bound.take([stream], changes);
        writeStreamRecord(changes, stream, config);
        return undefined;
      });
      if (known) return known;
    } catch (error) {
      if (error instanceof FlowgError) return config;
      throw error;
    }
    this.#options.onChanged(stream);
    return config;
  }

  /**
   * Creates the stream or changes its configuration. A new indexed field's index fills in the background; queries use
   * it once it is complete. Names that can't be indexed are kept, without effect.
   * @throws INPUT_INVALID, REFUSED if there are too many streams
   */
  async configure(stream: string, config: StreamConfig): Promise<StreamConfig> {
    checkName("stream", stream);
    for (const limit of ["ttl", "size"] as const) {
      if (!Number.isSafeInteger(config[limit])) {
        throw new FlowgError("INPUT_INVALID", `${limit} is not an integer`, {
          hint: "ttl is in seconds, size in MiB; 0 means no limit",
        });
      }
    }
    const existing = await this.#database.read(
      (instant) => knownStreamRecord(instant, stream)?.indexed_fields.length ?? 0,
    );
    // a stream from a backup with more of them can still be changed
    if (config.indexed_fields.length > Math.max(INDEXED_FIELDS_MAX, existing)) {
      throw new FlowgError(
        "INPUT_INVALID",
        `${config.indexed_fields.length} indexed fields are more than the ${INDEXED_FIELDS_MAX} allowed`,
        { hint: "each entry is looked up in all of them: index what you filter by" },
      );
    }
    const record = streamRecord(config);
    checkValueSize("stream configuration", Buffer.from(JSON.stringify(record)));
    await this.#database.change((changes) => {
      const isDamaged = isStreamDamaged(changes, stream);
      const existing = knownStreamRecord(changes, stream);
      if (!existing && !isDamaged) this.#options.bound.take([stream], changes);
      const before = indexedFields(stream, existing);
      const after = indexedFields(stream, record);
      const isEmpty = readTotal(changes, stream).entries === 0;
      for (const field of after)
        if (!before.has(field)) addIndex(changes, { stream, field }, isEmpty);
      for (const field of before)
        if (!after.has(field)) dropIndex(changes, { stream, field }, isEmpty);
      writeStreamRecord(changes, stream, record);
      if (isDamaged) renewIndexes(changes, stream);
    });
    this.#options.onChanged(stream);
    return record;
  }

  /** Deletes the stream, if it exists. Its entries are gone at once, however many there are. @throws INPUT_INVALID */
  async delete(stream: string): Promise<void> {
    checkName("stream", stream);
    await this.#options.beforeDeletion();
    await this.#database.change((changes) => beginPurge(changes, stream));
    this.#options.onChanged(stream);
  }

  /** Names of all fields that the stream's entries ever had, sorted bytewise. */
  async fields(stream: string): Promise<string[]> {
    if (nameProblem(stream)) return [];
    return this.#database.read((instant) => {
      if (getPurge(instant, stream)?.fields) return [];
      return [...instant.records.keys(under("field", stream))].map((key) => segments(key)[2] ?? "");
    });
  }

  /**
   * The values of the stream's indexed fields, by field, each once; at most 10,000 in all. Values of a field may be missing
   * while its index is being filled.
   */
  async values(stream: string): Promise<Record<string, string[]>> {
    const config = nameProblem(stream) ? undefined : await this.get(stream);
    const found: [string, string[]][] = [];
    let left = VALUES_MAX;
    for (const index of fieldIndexes(stream, config?.indexed_fields ?? [])) {
      const values: string[] = [];
      let from: Buffer | undefined;
      do {
        const limit = Math.min(left, LISTED_AT_ONCE);
        const part = await this.#database.read((instant) =>
          indexedValues(instant, { stream, index, from, limit }),
        );
        values.push(...part.values);
        left -= part.values.length;
        from = part.next;
        await setImmediate();
      } while (from !== undefined && left > 0);
      found.push([index.field, values.sort()]);
    }
    return Object.fromEntries(found);
  }

  /** How many entries there are, and how many bytes they take. During a purge it includes the deleted entries that are left. */
  async total(stream: string): Promise<StreamTotal> {
    if (nameProblem(stream)) return { entries: 0, bytes: 0 };
    return this.#database.read((instant) => readTotal(instant, stream));
  }
}

type Field = { stream: string; field: string };

function addIndex(changes: Changes, at: Field, isEmpty: boolean): void {
  // an index that is being cleared is filled afterwards by itself
  if (isEmpty || getIndexJob(changes, at.stream, at.field)) return;
  setIndexJob(changes, at, { phase: "fill" });
}

function dropIndex(changes: Changes, at: Field, isEmpty: boolean): void {
  if (isEmpty && !getIndexJob(changes, at.stream, at.field)) return;
  setIndexJob(changes, at, { phase: "clear" });
}

const indexedFields = (stream: string, record: StreamRecord | undefined): Set<string> =>
  new Set(fieldIndexes(stream, record?.indexed_fields ?? []).map(({ field }) => field));
