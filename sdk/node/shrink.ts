// A database that was lost and made anew is empty, or nearly, and a backup of it would replace the only good one. So a
// backup may have fewer records than the one it replaces, but not far fewer, unless the caller insists. The rule is the
// server's own (its backup of directories).

import { type FileHandle, open, stat } from "node:fs/promises";
import { RefusedError } from "../errors.js";
import type { SnapshotInfo } from "../snapshot-info.js";
import { fileError } from "./staged-file.js";

const HEADER = 0x184d2a50;
const SEAL = 0x184d2a52;
const HEAD_BYTES = 8;
const END_BYTES = HEAD_BYTES + 64 * 1024;
/** A user may well remove a few records. */
const LOST_MIN = 5;

/** Facts from the two ends of a file. One of FlowG's own has neither. */
export interface Older {
  records?: number | undefined;
  createdAt?: string | undefined;
}

/**
 * @param snapshots each with the files that it would replace, or take the place of
 * @throws RefusedError, naming both counts
 */
export async function demandNoShrink(
  snapshots: readonly { info: SnapshotInfo; paths: readonly string[] }[],
): Promise<void> {
  const problems: string[] = [];
  for (const { info, paths } of snapshots) {
    for (const path of paths) {
      const older = await peek(path);
      if (older === undefined) continue;
      if (isFarFewer(older, info)) problems.push(sentence(info, older, path));
      break;
    }
  }
  if (problems.length === 0) return;
  throw new RefusedError(`${problems.join("; ")}; nothing was replaced`, {
    hint: "if data was lost, restore that backup; if not, insist with allowShrink (--allow-shrink on the command line), or back up to another place",
  });
}

/** The same rule as the server's: a test compares them. */
export function isFarFewer(
  older: Older,
  info: Pick<SnapshotInfo, "database" | "entries" | "header">,
): boolean {
  const { database, entries } = info;
  if (entries === 0) return older.records !== 0;
  if (older.records === undefined || older.records - entries < LOST_MIN) return false;
  const most = database === "logs" && madeSince(older, info) === undefined ? 10 : 2;
  return entries * most < older.records;
}

/** When the database was made, if that was after the older backup. */
function madeSince(
  { createdAt }: Older,
  { header }: Pick<SnapshotInfo, "header">,
): string | undefined {
  const { databaseMadeAt: madeAt } = header;
  return typeof madeAt === "string" && createdAt !== undefined && madeAt > createdAt
    ? madeAt
    : undefined;
}

function sentence(info: SnapshotInfo, older: Older, path: string): string {
  const count = (number: number | undefined) =>
    number?.toLocaleString("en-US") ?? "an unknown number of";
  const madeAt = madeSince(older, info);
  const made = madeAt === undefined ? "" : `, and was made at ${madeAt}, after that`;
  const of = older.createdAt === undefined ? "" : ` of ${older.createdAt}`;
  const { database, entries } = info;
  return `the ${database} database has ${count(entries)} record${entries === 1 ? "" : "s"}, the backup${of} in ${path} has ${count(older.records)}${made}`;
}

/** @returns undefined for a missing file, and for an empty one, which FlowG makes of an empty database */
async function peek(path: string): Promise<Older | undefined> {
  try {
    // first: opening a named pipe waits for its writer
    const found = await stat(path);
    if (!found.isFile() || found.size === 0) return undefined;
    await using file = await open(path, "r");
    const header = jsonAt(await part(file, 0, found.size), 0, HEADER);
    const seal = sealIn(await part(file, Math.max(0, found.size - END_BYTES), found.size));
    if (header === undefined || typeof seal?.entries !== "number") return {};
    return { records: seal.entries, createdAt: String(header.createdAt) };
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw fileError(cause, "read", path);
  }
}

async function part(file: FileHandle, position: number, size: number): Promise<Buffer> {
  const memory = Buffer.alloc(Math.min(END_BYTES, size));
  const { bytesRead } = await file.read(memory, 0, memory.byteLength, position);
  return memory.subarray(0, bytesRead);
}

function sealIn(tail: Buffer): Record<string, unknown> | undefined {
  const magic = Buffer.alloc(4);
  magic.writeUInt32LE(SEAL);
  for (let at = tail.indexOf(magic); at >= 0; at = tail.indexOf(magic, at + 1)) {
    const isLast =
      at + HEAD_BYTES <= tail.byteLength &&
      at + HEAD_BYTES + tail.readUInt32LE(at + 4) === tail.byteLength;
    const seal = isLast ? jsonAt(tail, at, SEAL) : undefined;
    if (seal) return seal;
  }
  return undefined;
}

/** The JSON object of the frame that begins at `at`. */
function jsonAt(bytes: Buffer, at: number, magic: number): Record<string, unknown> | undefined {
  if (bytes.byteLength < at + HEAD_BYTES || bytes.readUInt32LE(at) !== magic) return undefined;
  const start = at + HEAD_BYTES;
  try {
    const text = bytes.toString("utf8", start, start + bytes.readUInt32LE(at + 4));
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
