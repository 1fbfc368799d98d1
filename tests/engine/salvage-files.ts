// Small databases with a history: some transactions, so that pages of earlier states lie about, large values, several levels.

import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import { openDamaged } from "../../server/engine/lmdb/salvage/damaged-database.js";
import { FLAGS_AT, LEAF } from "../../server/engine/lmdb/tree/layout.js";
import { readMetas } from "../../server/engine/lmdb/tree/meta-pages.js";
import { PageFile, type Pages } from "../../server/engine/lmdb/tree/page-file.js";
import { tablesIn } from "../../server/engine/lmdb/tree/tables.js";
import { eachRecord } from "../../server/formats/snapshot/badger.js";
import type { DatabaseKind } from "../../server/records/kinds.js";
import {
  encodeValue,
  entryKey,
  roleKey,
  streamKey,
  transformerKey,
} from "../../server/records/records.js";
import type { DamagedDatabaseFacts } from "../../server/records/salvage-reports.js";
import type { DamagedPlace } from "../../server/storage/damaged-database.js";

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

/** The n-th record of a kind, in its r-th form. */
const RECORD: Record<DatabaseKind, (n: number, r: number) => [Buffer, Buffer]> = {
  auth: (n, r) => [
    roleKey(`role-${String(n).padStart(4, "0")}`),
    encodeValue({ scopes: ["read_acls", `form-${r}`.padEnd(60 + (n % 50), "x")] }),
  ],
  config: (n, r) => [
    transformerKey(`t-${String(n).padStart(4, "0")}`),
    Buffer.from(`. = ${r} # `.padEnd(n % 9 === 0 ? 9_000 : 40 + (n % 70), "y")),
  ],
  logs: (n, r) => [
    entryKey("app", 1_700_000_000_000 + n, uuid(n)),
    encodeValue({
      timestamp: "2023-11-14T22:13:20Z",
      fields: { form: String(r), text: "z".repeat(n % 40 === 0 ? 5_000 : n % 90) },
    }),
  ],
};

export interface Made {
  kind: DatabaseKind;
  /** The data file. */
  bytes: Buffer;
  /** Records by key, in latin1: as the last transaction left them, and the one before. */
  records: Map<string, Buffer>;
  before: Map<string, Buffer>;
}

/** @param count of records, about */
export async function makeHistory(kind: DatabaseKind, dir: string, count: number): Promise<Made> {
  await mkdir(dir, { recursive: true });
  const records = new Map<string, Buffer>();
  let before = new Map<string, Buffer>();
  {
    await using database = await openDatabase({ kind, dir, mode: "create" });
    const change = (
      numbers: number[],
      form: number,
      removes: (n: number) => boolean = () => false,
    ) => {
      before = new Map(records);
      database.records.transactionSync(() => {
        for (const n of numbers) {
          const [key, value] = RECORD[kind](n, form);
          if (removes(n)) {
            database.records.remove(key);
            records.delete(key.toString("latin1"));
          } else {
            database.records.put(key, value);
            records.set(key.toString("latin1"), value);
          }
        }
      });
    };
    const all = Array.from({ length: count }, (_, n) => n);
    change(all, 0);
    if (kind === "logs") {
      database.records.transactionSync(() => {
        const value = encodeValue({ ttl: 0, size: 0, indexed_fields: [] });
        database.records.put(streamKey("app"), value);
        records.set(streamKey("app").toString("latin1"), value);
      });
    }
    for (let form = 1; form <= 6; form++)
      change(
        all.filter((n) => (n * 7 + form * 13) % 10 < 3),
        form,
        (n) => (n + form) % 11 === 0,
      );
    change([3, 4, 5, Math.floor(count / 2), count - 2], 7, (n) => n === 4);
  }
  return { kind, bytes: readFileSync(join(dir, "data.mdb")), records, before };
}

/** What is saved of a file. */
export async function saved(place: Pick<DamagedPlace, "path"> & Partial<DamagedPlace>): Promise<{
  records: Map<string, Buffer>;
  facts: DamagedDatabaseFacts;
}> {
  await using database = await openDamaged({
    includeUnreachable: false,
    scratchDir: "/nowhere",
    ...place,
  });
  const records = new Map<string, Buffer>();
  let last = "";
  for await (const { bytes, records: counted } of database.blocks()) {
    const block = Buffer.from(bytes);
    const found = eachRecord(block, (a, b, c, d) => {
      const key = block.toString("latin1", a, b);
      if (Buffer.compare(Buffer.from(key, "latin1"), Buffer.from(last, "latin1")) <= 0)
        throw new Error(`${key} comes after ${last}`);
      last = key;
      records.set(key, block.subarray(c, d));
    });
    if (found !== counted) throw new Error("a block counts others than it has");
  }
  return { records, facts: database.facts() };
}

/** The pages that lead to each record of the newest state, its own last; meta pages aside. */
export function pathsIn(fd: number): Map<string, ReadonlySet<number>> {
  const metas = readMetas(fd);
  if (!metas) throw new Error("the file is damaged");
  const { newer } = metas;
  const main = newer.tables.root as number;
  const table = tablesIn(new PageFile(fd, newer)).find(({ name }) => name === "records");
  const paths = new Map<string, ReadonlySet<number>>();
  const look = (number: number, above: readonly number[]) => {
    const copy: Pages = new PageFile(fd, newer).read(number, 1);
    const path = [...above, number];
    const nodes = Array.from({ length: copy.nodes(0) }, (_, index) => copy.node(0, index));
    if (copy.halves[FLAGS_AT] !== LEAF) {
      for (const node of nodes) look(copy.child(node), path);
      return;
    }
    for (const node of nodes) {
      const start = node + 8;
      const end = start + copy.keyLength(node);
      const first = Number(copy.view.getBigUint64(end, true));
      const count = Number(copy.view.getBigUint64(end + 16, true));
      const large =
        copy.flags(node) === 1 ? Array.from({ length: count }, (_, index) => first + index) : [];
      const key = Buffer.from(copy.bytes.subarray(start, end)).toString("latin1");
      paths.set(key, new Set([...path, ...large]));
    }
  };
  if (table?.tree.root !== undefined) look(table.tree.root, [main]);
  return paths;
}
