// Notes work that takes more than one transaction in the local table. So queries take it into account from the first moment on,
// and a crash only interrupts it:
//
//     purge␛STREAM             {"cutoff":ms,"fields":bool}            entries up to cutoff are gone, though still there
//     index␛STREAM␛FIELD       {"phase":"clear"} or {"phase":"fill","after":KEY}     the index is incomplete
//
// Without notes, the derived table is what its law says.

import { type KeyRange, key, segments, under } from "../../records/keys.js";
import { entryMs, isEntryKey, parseEntryKey } from "../../records/logs/entry-key.js";
import { entryTime } from "../../records/records.js";
import type { Instant, WriteTables } from "../tables.js";

/** A stream that was deleted, while its entries are being removed. */
export interface Purge {
  /** Entries up to this millisecond are gone. Later ones belong to a new stream of the same name. */
  cutoff: number;
  /** All field names are gone too, though still there; nothing may be stored until they are removed. */
  fields: boolean;
}

/** An index that is being emptied, or filled after it was empty. It starts anew if the field comes or goes meanwhile. */
export type IndexJob = { phase: "clear" } | { phase: "fill"; after?: string | undefined };

type Tables = Pick<Instant, "local">;
type Writable = Pick<WriteTables, "local">;

const purgeKey = (stream: string) => key("purge", stream);
const jobKey = (stream: string, field: string) => key("index", stream, field);
const encode = (value: Purge | IndexJob) => Buffer.from(JSON.stringify(value));
const decode = <T>(value: Buffer | undefined) => value && (JSON.parse(value.toString()) as T);

export function getPurge({ local }: Tables, stream: string): Purge | undefined {
  return decode<Purge>(local.get(purgeKey(stream)));
}

export function setPurge({ local }: Writable, stream: string, purge: Purge | undefined): void {
  if (purge) local.put(purgeKey(stream), encode(purge));
  else local.remove(purgeKey(stream));
}

export function getIndexJob(
  { local }: Tables,
  stream: string,
  field: string,
): IndexJob | undefined {
  return decode<IndexJob>(local.get(jobKey(stream, field)));
}

/** @param at stream and field */
export function setIndexJob(
  { local }: Writable,
  at: { stream: string; field: string },
  job: IndexJob | undefined,
): void {
  if (job) local.put(jobKey(at.stream, at.field), encode(job));
  else local.remove(jobKey(at.stream, at.field));
}

/** Fields of a stream whose index is incomplete. */
export function indexJobsOf({ local }: Tables, stream: string): string[] {
  return [...local.keys(under("index", stream))].map((key) => segments(key)[2] ?? "");
}

/** The first index job, if there is any. */
export function firstIndexJob({ local }: Tables): { stream: string; field: string } | undefined {
  for (const found of local.keys({ ...under("index"), limit: 1 })) {
    const [, stream = "", field = ""] = segments(found);
    return { stream, field };
  }
  return undefined;
}

/** The first stream that is being purged, if there is any. */
export function firstPurge({ local }: Tables): string | undefined {
  for (const found of local.keys({ ...under("purge"), limit: 1 })) return segments(found)[1] ?? "";
  return undefined;
}

/** All streams that are being purged. */
export function listPurges({ local }: Tables): Map<string, Purge> {
  return new Map(
    [...local.range(under("purge"))].map(({ key, value }) => [
      segments(key)[1] ?? "",
      JSON.parse(value.toString()) as Purge,
    ]),
  );
}

/** The first key that a purge leaves. */
export const firstKeptKey = (stream: string, { cutoff }: Purge): Buffer =>
  under("entry", stream, entryTime(cutoff)).end;

/** The ranges of records that a purge has yet to remove. */
export const goneWith = (stream: string, purge: Purge): KeyRange[] => [
  { start: key("entry", stream), end: firstKeptKey(stream, purge) },
  ...(purge.fields ? [under("field", stream)] : []),
];

/**
 * Gives a test for records that a purge has yet to remove. Snapshots and restores must not see them.
 * @returns undefined if there are none, which is almost always
 */
export function purgedAt(database: Tables): ((key: Uint8Array) => boolean) | undefined {
  const purges = listPurges(database);
  if (purges.size === 0) return undefined;
  return (recordKey) => {
    if (isEntryKey(recordKey)) {
      const purge = purges.get(parseEntryKey(recordKey).stream);
      return purge !== undefined && entryMs(recordKey) <= purge.cutoff;
    }
    const [kind, stream = ""] = segments(recordKey);
    return kind === "field" && purges.get(stream)?.fields === true;
  };
}
