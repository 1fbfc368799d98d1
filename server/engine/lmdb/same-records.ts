// Compares two databases byte for byte, and checks that they hold what was written: each value by its checksum, and all of them
// by their sum.

import { setImmediate } from "node:timers/promises";
import { FlowgError } from "../../platform/errors.js";
import { damagedDatabase, damagedRecord } from "../../records/damage.js";
import type { Environment, Table, TableName } from "./environment.js";
import { beginRead } from "./last-commit.js";
import { openStored } from "./stored-value.js";

const FIRST = Buffer.from([0]);
/** After so many records, other work gets a turn, such as a signal. */
const SLICE = 2_000;

interface Comparing {
  name: TableName;
  /** Told how many are equal so far; what it throws ends the comparison. */
  onRecords: (count: number) => void;
}

/** @throws DATABASE_DAMAGED if the first isn't sound, INTERNAL if the second isn't the same */
export async function demandEqual(
  database: Environment,
  copy: Environment,
  { name, onRecords }: Comparing,
): Promise<void> {
  const sums = new Sums(database, name);
  // opened before the transactions begin: LMDB knows no table that was opened after that
  const tables = [database, copy].map(({ root }) => rawTable(root, name));
  const held = [database, copy].map(beginRead);
  const [mine, other] = tables.map((table, n) =>
    table?.getRange({ start: FIRST, transaction: held[n] } as never)[Symbol.iterator](),
  );
  try {
    let count = 0;
    for (let next = mine?.next(); next && !next.done; next = mine?.next()) {
      const found = other?.next();
      const { key, value } = next.value;
      const isSame =
        found && !found.done && same(key, found.value.key) && same(value, found.value.value);
      if (!isSame) throw different(database, name);
      sums.add(key, value);
      count++;
      if (count % SLICE === 0) {
        onRecords(count);
        await setImmediate();
      }
    }
    if (other && !other.next().done) throw different(database, name);
    onRecords(count);
    sums.demand(count);
  } finally {
    mine?.return?.();
    other?.return?.();
    for (const transaction of held) transaction.done();
  }
}

class Sums {
  #checksums = 0;
  readonly #sealed: Environment["records"] | undefined;

  constructor(
    private readonly database: Environment,
    name: TableName,
  ) {
    const table = name === "records" || name === "local" ? database[name] : undefined;
    this.#sealed = table?.isSealed ? table : undefined;
  }

  add(key: Buffer, value: Buffer): void {
    if (!this.#sealed) return;
    const { isWhole, checksum } = openStored(key, value);
    if (!isWhole) throw damagedRecord(this.database.kind, key);
    this.#checksums = (this.#checksums + checksum) >>> 0;
  }

  demand(records: number): void {
    const kept = this.#sealed?.sum();
    if (!kept) return;
    const { found } = kept;
    if (!found) throw damagedDatabase(this.database, "its sums are damaged");
    const isRight = found.checksums === undefined || found.checksums === this.#checksums;
    if (found.records !== records || !isRight)
      throw damagedDatabase(this.database, "its records are not those that were written");
  }
}

const same = (a: Buffer, b: Buffer): boolean => Buffer.compare(a, b) === 0;

const different = ({ kind }: Environment, name: TableName) =>
  new FlowgError("INTERNAL", `the compact copy of the ${kind} database has other ${name}`, {
    hint: "try again, and check the disk and the memory",
  });

/** The table without checks; undefined where it is missing, which lmdb-js's types don't say. */
export function rawTable(root: Environment["root"], name: TableName): Table | undefined {
  const options = { name, encoding: "binary", keyEncoding: "binary", create: false };
  return root.openDB<Buffer, Buffer>(options as never) as Table | undefined;
}
