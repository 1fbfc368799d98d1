// What the databases are meant to hold: nothing of the code that is tested decides it.

import type { DatabaseKind } from "../../../server/records/kinds.js";

/** Hexadecimal keys to hexadecimal values. */
export type Records = Map<string, string>;
export type Databases = Partial<Record<DatabaseKind, Records>>;

export const KINDS = ["auth", "config", "logs"] as const;

export interface Selecting {
  kind: "role" | "user" | "pipeline" | "transformer" | "alert" | "stream";
  name: string;
  /** The times of a stream's entries in milliseconds: from the first on, before the second. */
  time?: [number, number];
}

const DATABASE_OF: Record<Selecting["kind"], DatabaseKind> = {
  role: "auth",
  user: "auth",
  pipeline: "config",
  transformer: "config",
  alert: "config",
  stream: "logs",
};

export const databaseOf = ({ kind }: Selecting): DatabaseKind => DATABASE_OF[kind];

export const wordOf = ({ kind, name, time }: Selecting): string =>
  time === undefined
    ? `${kind}=${name}`
    : `${kind}=${name},from=${new Date(time[0]).toISOString()},to=${new Date(time[1]).toISOString()}`;

export class Model {
  readonly databases: Record<DatabaseKind, Records> = {
    auth: new Map(),
    config: new Map(),
    logs: new Map(),
  };

  put(kind: DatabaseKind, key: Buffer, value: Buffer): void {
    this.databases[kind].set(key.toString("hex"), value.toString("hex"));
  }

  remove(kind: DatabaseKind, key: Buffer): void {
    this.databases[kind].delete(key.toString("hex"));
  }

  /** Databases as they are now. */
  instant(kinds: readonly DatabaseKind[]): Databases {
    return Object.fromEntries(kinds.map((kind) => [kind, new Map(this.databases[kind])]));
  }

  /** The oldest first. */
  entriesOf(stream: string): { key: string; ms: number; bytes: number }[] {
    const found: { key: string; ms: number; bytes: number }[] = [];
    for (const [key, value] of this.databases.logs) {
      const [kind, name, ms] = partsOf(key);
      if (kind === "entry" && name === stream)
        found.push({ key, ms: Number(ms), bytes: (key.length + value.length) / 2 });
    }
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  deleteStream(stream: string): void {
    for (const key of [...this.databases.logs.keys()])
      if (partsOf(key)[1] === stream) this.databases.logs.delete(key);
  }

  /** Older ones go. */
  expire(stream: string, before: number): void {
    for (const { key, ms } of this.entriesOf(stream))
      if (ms < before) this.databases.logs.delete(key);
  }

  /** The oldest go, as long as all take more. */
  shrink(stream: string, most: number): void {
    const entries = this.entriesOf(stream);
    let bytes = entries.reduce((sum, one) => sum + one.bytes, 0);
    for (const one of entries) {
      if (bytes <= most) return;
      bytes -= one.bytes;
      this.databases.logs.delete(one.key);
    }
  }

  restore(from: Databases, mode: "merge" | "replace"): void {
    for (const kind of KINDS) {
      const records = from[kind];
      if (!records) continue;
      if (mode === "replace") this.databases[kind].clear();
      for (const [key, value] of records) this.databases[kind].set(key, value);
    }
  }

  restorePart(from: Databases, mode: "merge" | "replace", part: Selecting): void {
    const kind = databaseOf(part);
    const there = this.databases[kind];
    const records = from[kind] as Records;
    for (const key of [...there.keys()])
      if (mode === "replace" && !records.has(key) && isMain(part, key)) there.delete(key);
    for (const [key, value] of records)
      if (isMain(part, key) || (fillsIn(part, key) && !there.has(key))) there.set(key, value);
  }
}

/** Whether there is something to restore. */
export const hasPart = (from: Databases, part: Selecting): boolean =>
  [...(from[databaseOf(part)]?.keys() ?? [])].some((key) => isMain(part, key));

/** What separates the parts of a key. */
const SEPARATOR = "\x1b";

const partsOf = (hex: string): string[] => Buffer.from(hex, "hex").toString().split(SEPARATOR);

function isMain({ kind, name, time }: Selecting, hex: string): boolean {
  const [what = "", whose, ms] = partsOf(hex);
  if (whose !== name) return false;
  if (time) return what === "entry" && Number(ms) >= time[0] && Number(ms) < time[1];
  const beside = { user: ["token"], stream: ["field", "entry"] } as Record<string, string[]>;
  return what === kind || (beside[kind]?.includes(what) ?? false);
}

function fillsIn({ name, time }: Selecting, hex: string): boolean {
  const [what = "", whose] = partsOf(hex);
  return time !== undefined && whose === name && ["field", "stream"].includes(what);
}

/** What differs, in few words; undefined if nothing does. */
export function difference(found: Databases, meant: Databases): string | undefined {
  for (const kind of KINDS) {
    const [is, should] = [found[kind], meant[kind]];
    if (!is || !should) {
      if (is || should) return `${kind} is ${is ? "there" : "not there"}`;
      continue;
    }
    const keys = new Set([...is.keys(), ...should.keys()]);
    const wrong = [...keys].filter((key) => is.get(key) !== should.get(key));
    const [first] = wrong;
    if (first === undefined) continue;
    const what = is.has(first) ? (should.has(first) ? "changed" : "too many") : "missing";
    return `${kind}: ${wrong.length} of ${should.size} records, ${Buffer.from(first, "hex")} ${what}`;
  }
  return undefined;
}
