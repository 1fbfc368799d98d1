// Compares two backups. Both are sorted by key, so one walk over the two, side by side, needs only a few blocks of each in
// memory. It tells nothing before both have been read to their ends, and every check has passed.

import { tableOf } from "../../formats/snapshot/block-part.js";
import { FlowgError } from "../../platform/errors.js";
import { release } from "../../platform/native-memory.js";
import type {
  AccessDiff,
  DatabaseDiff,
  DiffReport,
  KindDiff,
  StreamDiff,
} from "../../records/diff-reports.js";
import { type KeyRange, segments } from "../../records/keys.js";
import { DATABASE_KINDS, type DatabaseKind, type RecordKind } from "../../records/kinds.js";
import { entryMs } from "../../records/logs/entry-key.js";
import { recordKind } from "../../records/records.js";
import { accessDiff } from "../restore/access.js";
import { addAuthRecords } from "../restore/auth-records.js";
import type { BackupInPlace } from "./backup-in-place.js";
import { Handover } from "./handover.js";
import { type ReadPart, readPart } from "./read-part.js";

/** Of each kind of record, a report names at most this many that were added, removed and changed. */
export const DIFF_NAMED = 100;

export interface DiffOptions {
  /** These databases; all that both have if absent. */
  only?: readonly DatabaseKind[] | undefined;
  signal?: AbortSignal | undefined;
}

/** @throws what reading throws, INPUT_INVALID where the two have no database in common */
export async function diffBackups(
  before: BackupInPlace,
  after: BackupInPlace,
  { only, signal }: DiffOptions = {},
): Promise<DiffReport> {
  const has = (backup: BackupInPlace, kind: DatabaseKind) =>
    (only?.includes(kind) ?? true) && (backup.kinds?.includes(kind) ?? true);
  const kinds = DATABASE_KINDS.filter((kind) => has(before, kind) && has(after, kind));
  if (kinds.length === 0) {
    throw new FlowgError(
      "INPUT_INVALID",
      `${before.name} and ${after.name} have no database in common`,
      {
        hint: "compare backups of the same databases",
      },
    );
  }
  const onlyIn = (one: BackupInPlace, other: BackupInPlace) =>
    DATABASE_KINDS.filter((kind) => has(one, kind) && !has(other, kind));
  const databases: DatabaseDiff[] = [];
  for (const kind of kinds) databases.push(await diffDatabase(kind, [before, after], signal));
  const [onlyBefore, onlyAfter] = [onlyIn(before, after), onlyIn(after, before)];
  const isEqual =
    onlyBefore.length === 0 && onlyAfter.length === 0 && databases.every(({ equal }) => equal);
  return {
    before: before.name,
    after: after.name,
    equal: isEqual,
    onlyBefore,
    onlyAfter,
    databases,
  };
}

async function diffDatabase(
  database: DatabaseKind,
  [before, after]: readonly [BackupInPlace, BackupInPlace],
  signal: AbortSignal | undefined,
): Promise<DatabaseDiff> {
  const diff = new Differences(database);
  const [oldRanges, newRanges] = [
    differing(database, before, after),
    differing(database, after, before),
  ];
  await using old = new Records(before, { kind: database, ranges: oldRanges, signal });
  await using now = new Records(after, { kind: database, ranges: newRanges, signal });
  let [a, b] = [await old.next(), await now.next()];
  while (a || b) {
    const order = a === undefined ? 1 : b === undefined ? -1 : a.key.compare(b.key);
    if (order < 0) diff.note("removed", a?.key as Buffer);
    else if (order > 0) diff.note("added", b?.key as Buffer);
    else if (!a?.value.equals(b?.value as Buffer)) diff.note("changed", a?.key as Buffer);
    const isBoth = order === 0;
    if (isBoth || order < 0) a = old.advance() ?? (await old.next());
    if (isBoth || order > 0) b = now.advance() ?? (await now.next());
  }
  const report = diff.report();
  return database === "auth" && !report.equal
    ? { ...report, access: await accessBetween([before, after], signal) }
    : report;
}

/** Compares the permissions of the two sides. Accounts are few, so all are held in memory. */
async function accessBetween(
  sides: readonly [BackupInPlace, BackupInPlace],
  signal: AbortSignal | undefined,
): Promise<AccessDiff> {
  const [was, will] = [new Map<string, Buffer>(), new Map<string, Buffer>()];
  for (const [index, records] of [was, will].entries()) {
    const onBlock = (raw: Uint8Array) => addAuthRecords(records, raw);
    await readPart(sides[index] as BackupInPlace, { kind: "auth", onBlock, signal });
  }
  return accessDiff(was, will);
}

/**
 * The ranges of the segments that the other backup doesn't have. Undefined, which reads everything, where one has no segments.
 */
function differing(
  kind: DatabaseKind,
  own: BackupInPlace,
  other: BackupInPlace,
): KeyRange[] | undefined {
  const [mine, theirs] = [own.segments?.(kind), other.segments?.(kind)];
  if (!mine || !theirs) return undefined;
  const known = new Set(theirs.map(({ contentSha256 }) => contentSha256));
  return mine
    .filter(({ contentSha256 }) => !known.has(contentSha256))
    .map(({ firstKey, lastKey }) => ({
      start: Buffer.from(firstKey),
      // no key goes on with a zero byte
      end: Buffer.from(`${lastKey}\0`),
    }));
}

interface Seen {
  key: Buffer;
  value: Buffer;
}

/** The records of one backup, one after the other. */
class Records implements AsyncDisposable {
  readonly #blocks = new Handover<Uint8Array>();
  readonly #reading: Promise<void>;
  #bytes: Buffer = Buffer.alloc(0);
  #table = new Uint32Array(0);
  #at = 0;

  constructor(
    backup: BackupInPlace,
    private readonly what: Omit<ReadPart, "onBlock">,
  ) {
    const onBlock = (raw: Uint8Array) => this.#blocks.give(raw);
    this.#reading = readPart(backup, { ...what, onBlock, keeps: true }).then(
      () => this.#blocks.end(),
      (error: unknown) => this.#blocks.fail(error),
    );
  }

  /** The next one that is at hand. Its bytes are valid until `next` is called. */
  advance(): Seen | undefined {
    const at = this.#at;
    if (at >= this.#table.length) return undefined;
    this.#at += 4;
    const part = (from: number) => this.#bytes.subarray(this.#table[from], this.#table[from + 1]);
    return { key: part(at), value: part(at + 2) };
  }

  /** The next one, of the next block if need be; undefined at the end. @throws what reading throws */
  async next(): Promise<Seen | undefined> {
    for (;;) {
      const found = this.advance();
      if (found) return found;
      const raw = await this.#blocks.take();
      if (raw === undefined) return undefined;
      if (this.#bytes.length > 0) release(this.#bytes);
      this.#bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
      this.#table = tableOf(this.what.kind, raw);
      this.#at = 0;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#blocks.stop();
    await this.#reading;
  }
}

/** Milliseconds since 1970, of the first and the last entry. */
interface Span {
  first: number;
  last: number;
}

/** ECMA-262, 21.4.1.1: a time further than this from 1970 has no date. */
const isDate = (ms: number): boolean => ms <= 8.64e15;

const timeOf = (ms: number): string => new Date(ms).toISOString();

type Change = "added" | "removed" | "changed";

class Differences {
  readonly #kinds: Partial<Record<RecordKind, KindDiff>> = {};
  readonly #streams = new Map<string, Omit<StreamDiff, "name" | "from" | "to"> & Span>();
  #isEqual = true;

  constructor(private readonly database: DatabaseKind) {}

  note(what: Change, key: Buffer): void {
    this.#isEqual = false;
    const kind = recordKind(this.database, key) as RecordKind;
    this.#kinds[kind] ??= {
      added: 0,
      removed: 0,
      changed: 0,
      names: { added: [], removed: [], changed: [] },
    };
    const counts = this.#kinds[kind];
    counts[what]++;
    const [, name = "", second] = segments(key);
    if (kind === "entry") {
      const ms = entryMs(key);
      const of = this.#streams.get(name) ?? {
        added: 0,
        removed: 0,
        changed: 0,
        first: ms,
        last: ms,
      };
      of[what]++;
      of.first = Math.min(of.first, ms);
      of.last = Math.max(of.last, ms);
      this.#streams.set(name, of);
    } else if (counts.names[what].length < DIFF_NAMED) {
      counts.names[what].push(second === undefined ? name : `${name} ${second}`);
    }
  }

  report(): DatabaseDiff {
    const streams = [...this.#streams].map(([name, { first, last, ...counts }]) => ({
      name,
      ...counts,
      ...(isDate(last) ? { from: timeOf(first), to: timeOf(last) } : {}),
    }));
    return { database: this.database, equal: this.#isEqual, kinds: this.#kinds, streams };
  }
}
