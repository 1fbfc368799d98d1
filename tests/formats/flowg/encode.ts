// An independent writer of FlowG's backup files, for tests only: written from the format's description, not
// from the reader.

import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { importFlowg } from "../../../server/formats/flowg/import.js";
import { localFile } from "../../../server/formats/sources/local-file.js";
import type { DatabaseKind } from "../../../server/records/kinds.js";
import { recordProblem } from "../../../server/records/records.js";

export interface Kv {
  key: string | Buffer;
  value?: string | Buffer;
  version?: number | bigint;
  expiresAt?: number | bigint;
  meta?: number;
  streamId?: number;
  streamDone?: boolean;
}

function varint(input: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(input);
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

const number = (field: number, value: number | bigint): Buffer =>
  Buffer.concat([varint(field << 3), varint(value)]);

export const blob = (field: number, value: Buffer): Buffer =>
  Buffer.concat([varint((field << 3) | 2), varint(value.length), value]);

/** The bytes of a KV message, as FlowG writes them. */
export function kvMessage(kv: Kv): Buffer {
  const fields = [blob(1, Buffer.from(kv.key))];
  if (kv.value !== undefined && kv.value.length > 0) fields.push(blob(2, Buffer.from(kv.value)));
  fields.push(blob(3, Buffer.of(0)), number(4, kv.version ?? 1));
  if (kv.expiresAt) fields.push(number(5, kv.expiresAt));
  fields.push(blob(6, Buffer.of(kv.meta ?? 0)), number(10, kv.streamId ?? 1));
  if (kv.streamDone) fields.push(number(11, 1));
  return Buffer.concat(fields);
}

export function frame(...messages: Buffer[]): Buffer {
  const list = Buffer.concat(messages);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(list.length));
  return Buffer.concat([length, list]);
}

/** A BadgerDB stream with so many KVs a frame. */
export function badgerStream(kvs: Kv[], perFrame = 3): Buffer {
  const frames: Buffer[] = [];
  for (let i = 0; i < kvs.length; i += perFrame) {
    frames.push(frame(...kvs.slice(i, i + perFrame).map((kv) => blob(1, kvMessage(kv)))));
  }
  return Buffer.concat(frames);
}

/** A tar.gz of paths and contents. */
export async function tarGz(files: [path: string, data: string | Buffer][]): Promise<Buffer> {
  return gzipSync(await tar(files));
}

export async function tar(files: [path: string, data: string | Buffer][]): Promise<Buffer> {
  const archive = pack();
  for (const [name, data] of files) archive.entry({ name, mode: 0o700 }, data);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export interface Imported {
  database: DatabaseKind;
  /** Keys with `|` for ESC; values as text. */
  records: Record<string, string>;
  counts: Record<string, number>;
  facts: Record<string, number>;
  warnings: string[];
}

export interface ImportBytesOptions {
  format?: "flowg-badger" | "flowg-config-archive";
  expected?: DatabaseKind;
  now?: Date;
  runBytes?: number;
}

/**
 * Imports bytes as a file. Whatever comes of it: the scratch directory must be empty afterwards, and the records
 * in order, sound, and as many as counted.
 */
export async function importBytes(
  bytes: Buffer,
  options: ImportBytesOptions = {},
): Promise<Imported> {
  await using dir = await temporaryDirectory();
  const path = join(dir.path, "file.db");
  await writeFile(path, bytes);
  const outcome = await Promise.allSettled([
    importFile(path, { ...options, scratchDir: dir.path }),
  ]);
  const left = await readdir(dir.path);
  if (left.length !== 1) throw new Error(`left behind: ${left}`);
  if (outcome[0].status === "rejected") throw outcome[0].reason;
  return outcome[0].value;
}

export async function importFile(
  path: string,
  options: ImportBytesOptions & { scratchDir: string },
): Promise<Imported> {
  using found = await importFlowg({
    source: await localFile(path),
    format: "flowg-badger",
    ...options,
  });
  const records: Record<string, string> = {};
  const counted: Record<string, number> = {};
  let previous: Buffer | undefined;
  for (const record of found.records()) {
    if (!record) continue;
    const { key, value } = record;
    if (previous && Buffer.compare(previous, key) >= 0) throw new Error(`out of order: ${key}`);
    previous = key;
    const problem = recordProblem(found.database, record);
    if (problem) throw new Error(`${key}: ${problem}`);
    const text = key.toString().replaceAll("\x1b", "|");
    records[text] = value.toString();
    const kind = text.slice(0, text.indexOf("|"));
    counted[kind] = (counted[kind] ?? 0) + 1;
  }
  const counts = Object.fromEntries(Object.entries(found.counts).filter(([, count]) => count > 0));
  if (JSON.stringify(sorted(counts)) !== JSON.stringify(sorted(counted))) {
    throw new Error(`counted ${JSON.stringify(found.counts)}, gave ${JSON.stringify(counted)}`);
  }
  const { database, facts, warnings } = found;
  return { database, records, counts, facts: { ...facts }, warnings };
}

const sorted = (counts: Record<string, number>): [string, number][] =>
  Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));

export interface TemporaryDirectory {
  path: string;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function temporaryDirectory(): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(tmpdir(), "flowg-test-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** The code an import ends with. */
export async function importCode(bytes: Buffer, options: ImportBytesOptions = {}): Promise<string> {
  try {
    await importBytes(bytes, options);
    return "imported";
  } catch (error) {
    return String((error as { code?: unknown }).code ?? error);
  }
}

export const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
export const time = (ms: number): string => String(ms).padStart(20, "0");
export const entryValue = (fields: Record<string, string>): string =>
  JSON.stringify({ timestamp: "2026-01-01T00:00:00Z", fields });
